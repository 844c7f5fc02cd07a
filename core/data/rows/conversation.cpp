// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/conversation.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Whether a turn of `role` may follow one of `before`; Text stands for the beginning.
bool follows(Role role, Role before)
{
    switch (role) {
    case Role::Text:
        return false;
    case Role::System:
        return before == Role::Text;
    case Role::User:
        return before == Role::Text || before == Role::System || before == Role::Assistant;
    case Role::Assistant:
        return before == Role::User || before == Role::Tool;
    case Role::Tool:
        return before == Role::Assistant || before == Role::Tool;
    }
    return false;
}

} // namespace

std::string_view nameOf(Role role)
{
    switch (role) {
    case Role::Text:
        return "text";
    case Role::System:
        return "system";
    case Role::User:
        return "user";
    case Role::Assistant:
        return "assistant";
    case Role::Tool:
        return "tool";
    }
    return {};
}

Status checkTurns(const Conversation& conversation)
{
    const auto wrong = [](std::string message) { return fail(std::move(message), ExitCode::Usage); };
    const std::vector<Turn>& turns = conversation.turns;
    if (turns.empty())
        return wrong("there are no turns; a row needs a question and an answer");
    if (turns.size() == 1 && turns[0].role == Role::Text)
        return isBlank(turns[0].text) ? Status(wrong("the text is empty; leave the row out")) : Status{};
    Role before = Role::Text;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const Turn& turn = turns[i];
        if (!follows(turn.role, before))
            return wrong(i == 0
                    ? fmt::format("the first turn is of '{}'; a user's must come first, or a system's",
                        nameOf(turn.role))
                    : fmt::format("turn {} is of '{}' and follows one of '{}'; user and assistant "
                                  "take turns, system stands first",
                        i + 1, nameOf(turn.role), nameOf(before)));
        if (turn.role == Role::Assistant && isBlank(turn.text))
            return wrong(fmt::format("the answer in turn {} is empty; fill it or leave the row out", i + 1));
        before = turn.role;
    }
    if (before != Role::Assistant)
        return wrong(
            fmt::format("the last turn is of '{}', so there is no answer to learn; end with one of the "
                        "assistant",
                nameOf(before)));
    return {};
}

} // namespace mantissa
