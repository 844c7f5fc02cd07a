// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/row_shape.h"

#include "core/base/shown_text.h"
#include "core/data/rows/message_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <array>

namespace mantissa {

namespace {

constexpr std::array allShapes{
    RowShape::Text, RowShape::Alpaca, RowShape::PromptCompletion, RowShape::ShareGpt, RowShape::Messages};

bool hasList(const Json& record, std::string_view key)
{
    const auto found = record.find(key);
    return found != record.end() && found->is_array();
}

/// "a, b, c": what a row has instead of what was looked for.
std::string fieldsOf(const Json& record)
{
    std::vector<std::string> names;
    constexpr std::size_t enough = 12;
    for (const auto& [key, value] : record.items()) {
        if (names.size() == enough) {
            names.emplace_back("…");
            break;
        }
        names.push_back(shown(key));
    }
    return names.empty() ? "no fields" : fmt::format("the fields {}", fmt::join(names, ", "));
}

/// Under `key`; what is not there is an error, or empty where it may be missing.
enum class Field { Needed, Optional };
Result<std::string> textAt(const Json& record, const std::string& key, Field need)
{
    const auto found = record.find(key);
    const bool isMissing = found == record.end() || found->is_null();
    if (isMissing && need == Field::Optional)
        return std::string();
    if (isMissing)
        return wrong(fmt::format("there is no '{}'; it has {}", shown(key), fieldsOf(record)));
    if (!found->is_string())
        return wrong(fmt::format("'{}' is no text; put it in quotes", shown(key)));
    return found->get<std::string>();
}

Status append(Conversation& conversation, Role role, Result<std::string> text)
{
    if (!text)
        return fail(text.error());
    if (role != Role::System || !text->empty())
        conversation.turns.push_back({role, std::move(*text), role == Role::Assistant || role == Role::Text});
    return {};
}

Status appendHistory(const Json& record, Conversation& conversation)
{
    const auto history = record.find("history");
    if (history == record.end() || history->is_null())
        return {};
    const auto isPair = [](const Json& pair) {
        return pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string();
    };
    if (!history->is_array() || !std::all_of(history->begin(), history->end(), isPair))
        return wrong("'history' is no list of pairs [question, answer]");
    for (const Json& pair : *history) {
        TRY(append(conversation, Role::User, pair[0].get<std::string>()));
        TRY(append(conversation, Role::Assistant, pair[1].get<std::string>()));
    }
    return {};
}

Status readAlpaca(const Json& record, Conversation& conversation)
{
    TRY(append(conversation, Role::System, textAt(record, "system", Field::Optional)));
    TRY(appendHistory(record, conversation));
    auto question = textAt(record, "instruction", Field::Needed);
    const auto input = textAt(record, "input", Field::Optional);
    if (!input)
        return fail(input.error());
    if (question && !input->empty())
        *question += (question->empty() ? "" : "\n") + *input;
    TRY(append(conversation, Role::User, std::move(question)));
    return append(conversation, Role::Assistant, textAt(record, "output", Field::Needed));
}

Status readPromptCompletion(const Json& record, Conversation& conversation)
{
    for (const auto& [key, role] :
        {std::pair("prompt", Role::User), std::pair("completion", Role::Assistant)}) {
        if (!hasList(record, key)) {
            TRY(append(conversation, role, textAt(record, key, Field::Needed)));
            continue;
        }
        const std::size_t before = conversation.turns.size();
        if (const auto status = appendMessages(record[key], {}, conversation); !status)
            return wrong(fmt::format("{}, {}", key, status.error().message));
        for (std::size_t i = before; i < conversation.turns.size(); ++i)
            conversation.turns[i].trains = conversation.turns[i].trains && role == Role::Assistant;
    }
    return {};
}

/// With {from, value}, or {role, content} under the same name.
Status readShareGpt(const Json& record, Conversation& conversation)
{
    TRY(append(conversation, Role::System, textAt(record, "system", Field::Optional)));
    if (!hasList(record, "conversations"))
        return wrong(fmt::format("there is no list under 'conversations'; it has {}", fieldsOf(record)));
    const Json& list = record["conversations"];
    const bool isRoles = !list.empty() && list[0].is_object() && list[0].contains("role");
    return appendMessages(
        list, isRoles ? MessageKeys{} : MessageKeys{.role = "from", .content = "value"}, conversation);
}

Status readMessages(const Json& record, Conversation& conversation)
{
    if (!hasList(record, "messages"))
        return wrong(fmt::format("there is no list under 'messages'; it has {}", fieldsOf(record)));
    return appendMessages(record["messages"], {}, conversation);
}

Status readAs(RowShape shape, const Json& record, const std::string& textField, Conversation& conversation)
{
    switch (shape) {
    case RowShape::Text:
        return append(conversation, Role::Text, textAt(record, textField, Field::Needed));
    case RowShape::Alpaca:
        return readAlpaca(record, conversation);
    case RowShape::PromptCompletion:
        return readPromptCompletion(record, conversation);
    case RowShape::ShareGpt:
        return readShareGpt(record, conversation);
    case RowShape::Messages:
        return readMessages(record, conversation);
    }
    return {};
}

} // namespace

std::string_view nameOf(RowShape shape)
{
    switch (shape) {
    case RowShape::Text:
        return "text";
    case RowShape::Alpaca:
        return "alpaca";
    case RowShape::PromptCompletion:
        return "prompt-completion";
    case RowShape::ShareGpt:
        return "sharegpt";
    case RowShape::Messages:
        return "messages";
    }
    return {};
}

Result<RowShape> parseRowShape(std::string_view name)
{
    std::vector<std::string_view> names;
    for (const RowShape shape : allShapes) {
        if (nameOf(shape) == name)
            return shape;
        names.push_back(nameOf(shape));
    }
    return wrong(
        fmt::format("'{}' is no shape of rows; expected auto, {}", shown(name), fmt::join(names, ", ")));
}

Result<RowShape> shapeOf(const Json& record, const std::string& textField)
{
    const auto has = [&](std::string_view key) { return record.find(key) != record.end(); };
    if (textField != usualTextField && has(textField)) // it was named, so it is what is meant
        return RowShape::Text;
    if (hasList(record, "messages"))
        return RowShape::Messages;
    if (hasList(record, "conversations"))
        return RowShape::ShareGpt;
    if (has("chosen") && has("rejected"))
        return wrong(
            "it is a pair of answers to choose from (chosen, rejected), which is not learned here; give "
            "rows with one answer");
    if (has("prompt") && has("completion"))
        return RowShape::PromptCompletion;
    if (has("instruction") && has("output"))
        return RowShape::Alpaca;
    if (has(textField))
        return RowShape::Text;
    return wrong(
        fmt::format("it has {}; expected {}, or instruction and output, prompt and completion, messages, "
                    "or conversations. Name the field to learn from where it is another",
            fieldsOf(record), shown(textField)));
}

Result<Conversation> conversationOf(const Json& record, RowShape shape, const std::string& textField)
{
    Conversation conversation;
    TRY(readAs(shape, record, textField, conversation));
    TRY(checkTurns(conversation));
    return conversation;
}

} // namespace mantissa
