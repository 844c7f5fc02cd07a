// SPDX-License-Identifier: Apache-2.0
#include "core/data/rows/message_list.h"

#include "core/base/shown_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <optional>

namespace mantissa {

namespace {

/// The names that programs give to who speaks.
std::optional<Role> roleNamed(std::string_view name)
{
    struct Known {
        std::string_view name;
        Role role;
    };
    constexpr std::array<Known, 13> known{
        {{"system", Role::System}, {"developer", Role::System}, {"user", Role::User}, {"human", Role::User},
            {"assistant", Role::Assistant}, {"gpt", Role::Assistant}, {"model", Role::Assistant},
            {"chatgpt", Role::Assistant}, {"function_call", Role::Assistant}, {"tool", Role::Tool},
            {"observation", Role::Tool}, {"function", Role::Tool}, {"ipython", Role::Tool}}};
    for (const Known& entry : known)
        if (entry.name == name)
            return entry.role;
    return std::nullopt;
}

/// A list of parts, of which only texts can be learned here.
Result<std::string> textOfParts(const Json& parts)
{
    std::string text;
    for (const Json& part : parts) {
        const bool isText = part.is_object() && part.contains("text") && part["text"].is_string()
            && (!part.contains("type") || part["type"] == "text");
        if (!isText)
            return wrong(fmt::format("a part of its content is no text but {}; only texts can be learned",
                part.is_object() && part.contains("type") ? jsonLine(part["type"]) : "something else"));
        text += part["text"].get_ref<const std::string&>();
    }
    return text;
}

Result<std::string> textOf(const Json& message, std::string_view key)
{
    const auto found = message.find(key);
    if (message.contains("tool_calls") && !message["tool_calls"].empty())
        return wrong(
            "it has tool_calls, which no template here writes; put the call into the text, as the model "
            "is to write it");
    if (found == message.end() || found->is_null())
        return wrong(fmt::format("it has no '{}'", key));
    if (found->is_array())
        return textOfParts(*found);
    if (!found->is_string())
        return wrong(fmt::format("its '{}' is neither a text nor a list of parts", key));
    return found->get<std::string>();
}

/// "train": false, or "weight": 0 as OpenAI's files have it.
Result<bool> trains(const Json& message, Role role)
{
    bool answer = role == Role::Assistant;
    if (const auto found = message.find("train"); found != message.end() && !found->is_null()) {
        if (!found->is_boolean())
            return wrong("its 'train' is neither true nor false");
        answer = answer && found->get<bool>();
    }
    if (const auto found = message.find("weight"); found != message.end() && !found->is_null()) {
        if (*found != 0 && *found != 1)
            return wrong(fmt::format("its 'weight' is {}; expected 0 or 1", jsonLine(*found)));
        answer = answer && *found == 1;
    }
    return answer;
}

Result<Turn> turnOf(const Json& message, const MessageKeys& keys)
{
    if (!message.is_object())
        return wrong("it is no object {…}");
    const auto name = message.find(keys.role);
    if (name == message.end() || !name->is_string())
        return wrong(fmt::format("it has no '{}' that says whose it is", keys.role));
    const auto role = roleNamed(name->get_ref<const std::string&>());
    if (!role)
        return wrong(fmt::format("its {} is '{}'; expected system, user, assistant or tool", keys.role,
            shown(name->get_ref<const std::string&>())));
    auto text = textOf(message, keys.content);
    if (!text)
        return fail(text.error());
    const auto isTrained = trains(message, *role);
    if (!isTrained)
        return fail(isTrained.error());
    return Turn{*role, std::move(*text), *isTrained};
}

} // namespace

Status appendMessages(const Json& list, const MessageKeys& keys, Conversation& conversation)
{
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto turn = turnOf(list[i], keys);
        if (!turn)
            return wrong(fmt::format("message {}: {}", i + 1, turn.error().message));
        if (turn->role != Role::System || !turn->text.empty())
            conversation.turns.push_back(std::move(*turn));
    }
    return {};
}

} // namespace mantissa
