// SPDX-License-Identifier: Apache-2.0
// A conversation as one text, and which bytes of it train.

#include "core/data/templates/chat_template.h"

#include "core/base/trimmed.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

class Rendering {
public:
    Rendering(const Conversation& conversation, const ChatTemplate& chatTemplate, const EndTokens& ends,
        const TrainedParts& parts)
        : m_turns(conversation.turns)
        , m_template(chatTemplate)
        , m_ends(ends)
        , m_parts(parts)
        , m_firstUser(lastOrFirst(Role::User, true))
        , m_lastUser(lastOrFirst(Role::User, false))
        , m_lastAnswer(lastOrFirst(Role::Assistant, false))
    {
    }

    Result<RenderedRow> whole()
    {
        m_row.isFramed = m_template.isFramed;
        mark(m_template.begin);
        TRY(system());
        for (std::size_t i = 0; i < m_turns.size(); ++i)
            TRY(turn(i));
        mark(m_template.finish);
        if (m_parts.prompt)
            m_row.trained = {{0, m_row.text.size()}};
        return std::move(m_row);
    }

private:
    std::size_t lastOrFirst(Role role, bool first) const
    {
        std::size_t found = m_turns.size();
        for (std::size_t i = 0; i < m_turns.size(); ++i)
            if (m_turns[i].role == role && (found == m_turns.size() || !first))
                found = i;
        return found;
    }
    /// Text of the template, in which the model's own tokens stand by name.
    void mark(std::string_view text)
    {
        while (!text.empty()) {
            const bool isBos = text.starts_with("{bos}");
            if (isBos || text.starts_with("{eos}")) {
                m_row.text += isBos ? m_ends.bos : m_ends.eos;
                text.remove_prefix(std::string_view("{bos}").size());
                continue;
            }
            m_row.text += text.front();
            text.remove_prefix(1);
        }
    }
    void say(std::string_view text) { m_row.text += m_template.trims ? trimmed(text) : text; }

    Status system()
    {
        const bool speaks = !m_turns.empty() && m_turns[0].role == Role::System;
        if (speaks && !m_template.system)
            return wrong(
                fmt::format("the template {} has no place for what the system says; leave it out, or "
                            "choose another",
                    m_template.name));
        m_system = speaks ? m_turns[0].text : m_template.systemDefault;
        const bool isThere = speaks || m_template.alwaysHasSystem || !m_system.empty();
        m_joinsSystem = isThere && m_template.systemPlace != SystemPlace::OwnTurn;
        if (isThere && !m_joinsSystem) {
            mark(m_template.system->before);
            say(m_system);
            mark(m_template.system->after);
        }
        return {};
    }
    void user(std::size_t i)
    {
        const std::size_t joined = m_template.systemPlace == SystemPlace::LastUser ? m_lastUser : m_firstUser;
        mark(m_template.user.before);
        std::string text;
        if (m_joinsSystem && i == joined)
            text = m_template.system->before + m_system + m_template.system->after;
        say(text + m_turns[i].text);
        mark(m_template.user.after);
    }
    void answer(std::size_t i)
    {
        const bool isLast = i == m_lastAnswer;
        mark(isLast && m_template.beforeLastAnswer ? *m_template.beforeLastAnswer
                                                   : m_template.assistant.before);
        const std::size_t begin = m_row.text.size();
        say(m_turns[i].text);
        std::size_t end = m_row.text.size();
        mark(m_template.end);
        if (m_parts.end)
            end = m_row.text.size();
        mark(isLast && m_template.afterLastAnswer ? *m_template.afterLastAnswer : m_template.assistant.after);
        if (m_turns[i].trains && (isLast || !m_parts.lastAnswerOnly) && end > begin)
            m_row.trained.push_back({begin, end});
    }
    Status turn(std::size_t i)
    {
        if (m_turns[i].role == Role::User) {
            user(i);
        } else if (m_turns[i].role == Role::Assistant) {
            answer(i);
        } else if (m_turns[i].role == Role::Tool) {
            if (!m_template.tool)
                return wrong(
                    fmt::format("the template {} has no place for what a tool answers; choose another, "
                                "such as qwen2.5, or leave the row out",
                        m_template.name));
            mark(m_template.tool->before);
            say(m_turns[i].text);
            mark(m_template.tool->after);
        }
        return {};
    }

    const std::vector<Turn>& m_turns;
    const ChatTemplate& m_template;
    const EndTokens& m_ends;
    const TrainedParts& m_parts;
    std::size_t m_firstUser;
    std::size_t m_lastUser;
    std::size_t m_lastAnswer;
    std::string m_system{};
    bool m_joinsSystem = false;
    RenderedRow m_row{};
};

} // namespace

Result<RenderedRow> render(const Conversation& conversation, const ChatTemplate& chatTemplate,
    const EndTokens& ends, const TrainedParts& parts)
{
    if (conversation.turns.size() == 1 && conversation.turns[0].role == Role::Text) {
        RenderedRow row{.text = conversation.turns[0].text, .isFramed = true};
        const std::size_t end = row.text.size();
        row.text += ends.eos;
        row.trained = {{0, parts.end ? row.text.size() : end}};
        return row;
    }
    return Rendering(conversation, chatTemplate, ends, parts).whole();
}

} // namespace mantissa
