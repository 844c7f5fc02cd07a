// SPDX-License-Identifier: Apache-2.0
// The files of templates, and the list of those that are shipped.

#include "core/data/templates/chat_template.h"

#include "core/base/shown_text.h"
#include "core/data/templates/builtin_templates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <cassert>

namespace mantissa {

namespace {

/// Any text, also an empty one.
void readText(ObjectReader& reader, std::string_view key, std::string& text)
{
    if (const Json* value = reader.value(key)) {
        if (value->is_string())
            text = value->get<std::string>();
        else
            reader.refuse(
                fmt::format("{} is {}; expected text in quotes", reader.keyPath(key), jsonLine(*value)));
    }
}

void readTexts(ObjectReader& reader, std::string_view key, std::vector<std::string>& texts)
{
    if (const Json* list = reader.array(key))
        for (const Json& text : *list) {
            if (text.is_string())
                texts.push_back(text.get<std::string>());
            else
                reader.refuse(
                    fmt::format("{} holds {}; expected texts", reader.keyPath(key), jsonLine(text)));
        }
}

Result<SystemPlace> parseSystemPlace(std::string_view name)
{
    if (name == "first user")
        return SystemPlace::FirstUser;
    if (name == "last user")
        return SystemPlace::LastUser;
    return fail(
        fmt::format("'{}' is no turn to join; expected first user or last user", name), ExitCode::Usage);
}

template <class Read> void readTurn(ObjectReader& root, std::string_view key, TurnFrame& frame, Read readMore)
{
    const Json* json = root.object(key);
    if (!json)
        return;
    ObjectReader reader(*json, std::string(key));
    readText(reader, "before", frame.before);
    readText(reader, "after", frame.after);
    readMore(reader);
    if (const auto status = reader.finish(); !status)
        root.refuse(status.error().message);
}

template <class Read>
void readOptionalTurn(
    ObjectReader& root, std::string_view key, std::optional<TurnFrame>& frame, Read readMore)
{
    if (!root.has(key))
        return;
    frame.emplace();
    readTurn(root, key, *frame, readMore);
}

void readOptionalText(ObjectReader& reader, std::string_view key, std::optional<std::string>& text)
{
    if (reader.has(key))
        readText(reader, key, text.emplace());
}

void readTurns(ObjectReader& root, ChatTemplate& t)
{
    const auto nothingMore = [](ObjectReader&) {};
    readOptionalTurn(root, "system", t.system, [&](ObjectReader& reader) {
        reader.readName("joins", t.systemPlace, parseSystemPlace);
        readText(reader, "default", t.systemDefault);
        reader.read("always", t.alwaysHasSystem);
    });
    readTurn(root, "user", t.user, nothingMore);
    readTurn(root, "assistant", t.assistant, [&](ObjectReader& reader) {
        readOptionalText(reader, "before_last", t.beforeLastAnswer);
        readOptionalText(reader, "after_last", t.afterLastAnswer);
        readText(reader, "end", t.end);
    });
    readOptionalTurn(root, "tool", t.tool, nothingMore);
}

std::vector<ChatTemplate> shippedTemplates()
{
    std::vector<ChatTemplate> all;
    for (const BuiltinTemplateFile& file : builtinTemplateFiles) {
        const std::string name(file.name);
        const auto json = parseJson(file.text, name);
        assert(json);
        auto parsed = parseChatTemplate(*json, name);
        assert(parsed);
        all.push_back(std::move(*parsed));
    }
    return all;
}

} // namespace

Result<ChatTemplate> parseChatTemplate(const Json& json, const std::string& name)
{
    ChatTemplate t{.name = name};
    ObjectReader root(json, "");
    std::int64_t format = 1;
    root.read("format", format, 1, 1);
    root.read("about", t.about);
    readText(root, "begin", t.begin);
    readText(root, "finish", t.finish);
    root.read("trims", t.trims);
    root.read("framed", t.isFramed);
    readTurns(root, t);
    readTexts(root, "tokens", t.tokens);
    if (const Json* recognised = root.object("recognised_by")) {
        ObjectReader reader(*recognised, "recognised_by");
        readTexts(reader, "has", t.marks);
        readTexts(reader, "has_not", t.otherMarks);
        if (const auto status = reader.finish(); !status)
            root.refuse(status.error().message);
    }
    if (const auto status = root.finish(); !status)
        return fail(fmt::format("template '{}': {}", name, status.error().message), ExitCode::Usage);
    return t;
}

const std::vector<ChatTemplate>& chatTemplates()
{
    static const std::vector<ChatTemplate> all = shippedTemplates();
    return all;
}

Result<ChatTemplate> findChatTemplate(std::string_view name)
{
    std::vector<std::string> names;
    for (const ChatTemplate& known : chatTemplates()) {
        if (known.name == name)
            return known;
        names.push_back(known.name);
    }
    return fail(fmt::format("there is no template '{}'; expected {}", shown(name), fmt::join(names, ", ")),
        ExitCode::Usage);
}

} // namespace mantissa
