// SPDX-License-Identifier: Apache-2.0
#include "core/files/tokenizer_json_steps.h"

#include "core/base/shown_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa::tokenizer_json {

namespace {

Result<NormalizerStep> normalizerStep(const Step& step)
{
    NormalizerStep made;
    ObjectReader reader(*step.json, step.path);
    reader.has("type");
    if (step.type == "NFC" || step.type == "NFD" || step.type == "NFKC" || step.type == "NFKD") {
        made.kind = step.type == "NFC" ? NormalizerKind::Nfc
            : step.type == "NFD"       ? NormalizerKind::Nfd
            : step.type == "NFKC"      ? NormalizerKind::Nfkc
                                       : NormalizerKind::Nfkd;
    } else if (step.type == "Prepend") {
        made.kind = NormalizerKind::Prepend;
        readText(reader, "prepend", made.content);
    } else if (step.type == "Replace") {
        made.kind = NormalizerKind::Replace;
        readPattern(reader, "pattern", made.pattern);
        readText(reader, "content", made.content);
    } else if (step.type == "Lowercase") {
        made.kind = NormalizerKind::Lowercase;
    } else if (step.type == "StripAccents") {
        made.kind = NormalizerKind::StripAccents;
    } else if (step.type == "Strip") {
        made.kind = NormalizerKind::Strip;
        reader.read("strip_left", made.stripsLeft);
        reader.read("strip_right", made.stripsRight);
    } else {
        return unknownStep(
            step, "NFC, NFD, NFKC, NFKD, Prepend, Replace, Lowercase, Strip, StripAccents, Sequence");
    }
    TRY(reader.finish());
    return made;
}

Result<DecoderStep> decoderStep(const Step& step)
{
    DecoderStep made;
    ObjectReader reader(*step.json, step.path);
    reader.has("type");
    if (step.type == "ByteLevel") {
        for (const auto* key : {"add_prefix_space", "trim_offsets", "use_regex"})
            reader.has(key); // of the pre-tokenizer, whose class it is
    } else if (step.type == "Replace") {
        made.kind = DecoderKind::Replace;
        readPattern(reader, "pattern", made.pattern);
        readText(reader, "content", made.content);
    } else if (step.type == "ByteFallback") {
        made.kind = DecoderKind::ByteFallback;
    } else if (step.type == "Fuse") {
        made.kind = DecoderKind::Fuse;
    } else if (step.type == "Strip") {
        made.kind = DecoderKind::Strip;
        readCharacter(reader, "content", made.content);
        reader.read("start", made.start, 0);
        reader.read("stop", made.stop, 0);
    } else if (step.type == "Metaspace") {
        made.kind = DecoderKind::Metaspace;
        made.content = "▁";
        readCharacter(reader, "replacement", made.content);
        readPrependScheme(reader, made.prepend);
        reader.has("split");
    } else if (step.type == "BPEDecoder") {
        made.kind = DecoderKind::Bpe;
        readText(reader, "suffix", made.content);
    } else {
        return unknownStep(
            step, "ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, BPEDecoder, Sequence");
    }
    TRY(reader.finish());
    return made;
}

template <class Made, class Make>
Result<std::vector<Made>> made(
    const Json& component, const std::string& path, const std::string& listKey, Make make)
{
    const auto steps = stepsOf(component, path, listKey);
    if (!steps)
        return fail(steps.error());
    std::vector<Made> list;
    for (const Step& step : *steps) {
        auto one = make(step);
        if (!one)
            return fail(one.error());
        list.push_back(std::move(*one));
    }
    return list;
}

} // namespace

Result<std::vector<NormalizerStep>> normalizerFrom(const Json& component)
{
    return made<NormalizerStep>(component, "normalizer", "normalizers", normalizerStep);
}

Result<std::vector<DecoderStep>> decoderFrom(const Json& component)
{
    return made<DecoderStep>(component, "decoder", "decoders", decoderStep);
}

Result<std::vector<AddedToken>> addedTokensFrom(const Json& list)
{
    std::vector<AddedToken> tokens;
    if (list.is_null())
        return tokens;
    if (!list.is_array())
        return fail("added_tokens is no list […]");
    for (std::size_t i = 0; i < list.size(); ++i) {
        AddedToken token;
        ObjectReader reader(list[i], fmt::format("added_tokens[{}]", i));
        std::int64_t id = -1;
        reader.read("id", id, 0, mostTokens);
        readText(reader, "content", token.content);
        reader.read("single_word", token.isSingleWord);
        reader.read("lstrip", token.takesBlanksLeft);
        reader.read("rstrip", token.takesBlanksRight);
        reader.read("normalized", token.isNormalized);
        reader.read("special", token.isSpecial);
        if (id < 0)
            reader.refuse(fmt::format("added_tokens[{}] has no id", i));
        TRY(reader.finish());
        token.id = static_cast<std::int32_t>(id);
        tokens.push_back(std::move(token));
    }
    return tokens;
}

Result<std::vector<Step>> stepsOf(const Json& component, const std::string& path, const std::string& listKey)
{
    std::vector<Step> steps;
    if (component.is_null())
        return steps;
    const auto type = component.is_object() ? component.find("type") : component.end();
    if (!component.is_object() || type == component.end() || !type->is_string())
        return fail(fmt::format("{} is no object with a \"type\"", path));
    if (*type != "Sequence") {
        steps.push_back({&component, type->get<std::string>(), path});
        return steps;
    }
    ObjectReader reader(component, path);
    reader.has("type");
    const Json* list = reader.array(listKey);
    TRY(reader.finish());
    if (!list)
        return fail(fmt::format("{} is a Sequence without \"{}\"", path, listKey));
    for (std::size_t i = 0; i < list->size(); ++i) {
        auto inner = stepsOf((*list)[i], fmt::format("{}.{}[{}]", path, listKey, i), listKey);
        if (!inner)
            return inner;
        steps.insert(
            steps.end(), std::make_move_iterator(inner->begin()), std::make_move_iterator(inner->end()));
    }
    return steps;
}

void readText(ObjectReader& reader, std::string_view key, std::string& value)
{
    const Json* found = reader.value(key);
    if (found && found->is_string())
        value = found->get<std::string>();
    else
        reader.refuse(fmt::format("{} is no text in quotes", reader.keyPath(key)));
}

void readCharacter(ObjectReader& reader, std::string_view key, std::string& value)
{
    readText(reader, key, value);
    const auto isStart = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    if (std::count_if(value.begin(), value.end(), isStart) != 1)
        reader.refuse(fmt::format("{} is '{}'; expected one character", reader.keyPath(key), shown(value)));
}

void readPattern(ObjectReader& reader, std::string_view key, Pattern& value)
{
    const Json* found = reader.object(key);
    if (!found)
        return reader.refuse(
            fmt::format("{} is neither {{\"String\": …}} nor {{\"Regex\": …}}", reader.keyPath(key)));
    ObjectReader pattern(*found, reader.keyPath(key));
    value.isRegex = !pattern.has("String");
    readText(pattern, value.isRegex ? "Regex" : "String", value.text);
    if (const auto status = pattern.finish(); !status)
        return reader.refuse(status.error().message);
    if (value.text.empty())
        reader.refuse(fmt::format("{} is empty", reader.keyPath(key)));
}

void readPrependScheme(ObjectReader& reader, PrependScheme& value)
{
    // files before 0.15 have a yes or no instead
    const bool isNamed = reader.has("prepend_scheme");
    bool addsPrefixSpace = true;
    reader.read("add_prefix_space", addsPrefixSpace);
    reader.has("str_rep"); // the replacement again
    if (!isNamed) {
        value = addsPrefixSpace ? PrependScheme::Always : PrependScheme::Never;
        return;
    }
    reader.readName("prepend_scheme", value, [](const std::string& name) -> Result<PrependScheme> {
        if (name == "never")
            return PrependScheme::Never;
        if (name == "first")
            return PrependScheme::First;
        if (name == "always")
            return PrependScheme::Always;
        return fail(fmt::format("'{}' is none of always, first, never", name));
    });
}

tl::unexpected<Error> unknownStep(const Step& step, std::string_view known)
{
    return fail(fmt::format("{} is of type '{}'; known here: {}", step.path, shown(step.type), known));
}

} // namespace mantissa::tokenizer_json
