// SPDX-License-Identifier: Apache-2.0
#include "core/data/templates/template_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

/// Nothing where the file is not there.
Result<std::optional<Json>> readIfThere(const fs::path& file)
{
    std::error_code error;
    if (!fs::exists(file, error))
        return std::optional<Json>{};
    auto json = readJsonFile(file);
    if (!json)
        return fail(json.error());
    if (!json->is_object())
        return wrong(
            fmt::format("{} is no object {{…}}; it is not what a tokenizer comes with", file.string()));
    return std::optional(std::move(*json));
}

/// A token as text, or as an object with its text under "content"; empty for anything else.
std::string tokenAt(const Json& json, std::string_view key)
{
    const auto found = json.find(key);
    if (found == json.end())
        return {};
    if (found->is_object() && found->contains("content") && (*found)["content"].is_string())
        return (*found)["content"].get<std::string>();
    return found->is_string() ? found->get<std::string>() : std::string();
}

/// One text, or a list of {name, template} of which "default" is meant.
std::string templateIn(const Json& config)
{
    const auto found = config.find("chat_template");
    if (found == config.end())
        return {};
    if (found->is_string())
        return found->get<std::string>();
    if (found->is_array())
        for (const Json& entry : *found)
            if (entry.is_object() && tokenAt(entry, "name") == "default")
                return tokenAt(entry, "template");
    return {};
}

/// With one kind of quotes, and line ends as they are written inside them: both ways are in use.
std::string normalized(std::string_view jinja)
{
    std::string text;
    for (const char c : jinja) {
        if (c == '\n')
            text += "\\n";
        else
            text += c == '\'' ? '"' : c;
    }
    return text;
}

bool isKnownBy(const ChatTemplate& known, std::string_view jinja)
{
    const auto isIn = [&](const std::string& mark) { return jinja.find(mark) != std::string_view::npos; };
    return !known.marks.empty() && std::ranges::all_of(known.marks, isIn)
        && std::ranges::none_of(known.otherMarks, isIn);
}

std::vector<std::string> unknownTokens(const ChatTemplate& known, const Tokenizer& tokenizer)
{
    std::vector<std::string> missing;
    for (const std::string& token : known.tokens)
        if (!tokenizer.idOf(token))
            missing.push_back(token);
    return missing;
}

std::string knownNames()
{
    std::vector<std::string> names;
    for (const ChatTemplate& known : chatTemplates())
        names.push_back(known.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Result<ChatTemplate> recognised(const std::string& jinja, const Tokenizer& tokenizer)
{
    const std::string text = normalized(jinja);
    std::string finding = "is none that is known here";
    for (const ChatTemplate& known : chatTemplates()) {
        if (!isKnownBy(known, text))
            continue;
        const auto missing = unknownTokens(known, tokenizer);
        if (missing.empty())
            return known;
        finding = fmt::format(
            "looks like {}, but the tokenizer has no token {}", known.name, fmt::join(missing, ", "));
    }
    return wrong(
        fmt::format("the model's own chat template {}; name the one to write rows with (data.template): {}",
            finding, knownNames()));
}

} // namespace

Result<FolderTexts> readFolderTexts(const fs::path& fileOrFolder)
{
    FolderTexts texts;
    std::error_code error;
    const fs::path folder = fs::is_directory(fileOrFolder, error) ? fileOrFolder : fileOrFolder.parent_path();
    for (const char* name : {"special_tokens_map.json", "tokenizer_config.json"}) { // the latter counts
        const auto json = readIfThere(folder / name);
        if (!json)
            return fail(json.error());
        if (!*json)
            continue;
        if (auto token = tokenAt(**json, "bos_token"); !token.empty())
            texts.ends.bos = std::move(token);
        if (auto token = tokenAt(**json, "eos_token"); !token.empty())
            texts.ends.eos = std::move(token);
        texts.jinja = templateIn(**json);
    }
    if (const fs::path file = folder / "chat_template.jinja"; fs::exists(file, error)) {
        auto jinja = readFile(file);
        if (!jinja)
            return fail(jinja.error());
        texts.jinja = std::move(*jinja);
    }
    return texts;
}

Result<ChatTemplate> chooseTemplate(
    const std::string& name, const FolderTexts& folder, const Tokenizer& tokenizer)
{
    if (name != "auto")
        return findChatTemplate(name);
    if (folder.jinja.empty())
        return wrong(
            fmt::format("the model has no chat template of its own; name the one to write rows with "
                        "(data.template): alpaca and plain need no tokens of their own, there are also {}",
                knownNames()));
    return recognised(folder.jinja, tokenizer);
}

std::string remarkOn(const ChatTemplate& chosen, const EndTokens& ends, const Tokenizer& tokenizer)
{
    if (const auto missing = unknownTokens(chosen, tokenizer); !missing.empty())
        return fmt::format(
            "the tokenizer has no token {}, which the template {} writes: each is several tokens of "
            "text here",
            fmt::join(missing, ", "), chosen.name);
    if (chosen.end.find("{eos}") != std::string::npos && ends.eos.empty())
        return fmt::format(
            "the model names no end token (eos_token in tokenizer_config.json), so answers written "
            "with the template {} have no end to learn",
            chosen.name);
    return {};
}

} // namespace mantissa
