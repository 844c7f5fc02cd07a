// SPDX-License-Identifier: Apache-2.0
// Pre-tokenizers and post-processors of a tokenizer.json.

#include "core/files/tokenizer_json_steps.h"

#include "core/base/shown_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa::tokenizer_json {

namespace {

void readBehavior(ObjectReader& reader, SplitBehavior& value)
{
    reader.readName("behavior", value, [](const std::string& name) -> Result<SplitBehavior> {
        if (name == "Isolated")
            return SplitBehavior::Isolated;
        if (name == "Removed")
            return SplitBehavior::Removed;
        if (name == "MergedWithPrevious")
            return SplitBehavior::MergedWithPrevious;
        if (name == "MergedWithNext")
            return SplitBehavior::MergedWithNext;
        if (name == "Contiguous")
            return SplitBehavior::Contiguous;
        return fail(
            fmt::format("'{}' is none of Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous",
                shown(name)));
    });
}

Result<PreTokenizerStep> preTokenizerStep(const Step& step)
{
    PreTokenizerStep made;
    ObjectReader reader(*step.json, step.path);
    reader.has("type");
    if (step.type == "Split") {
        readPattern(reader, "pattern", made.pattern);
        readBehavior(reader, made.behavior);
        reader.read("invert", made.isInverted);
    } else if (step.type == "Digits") {
        made.kind = PreTokenizerKind::Digits;
        reader.read("individual_digits", made.isIndividual);
    } else if (step.type == "ByteLevel") {
        made.kind = PreTokenizerKind::ByteLevel;
        reader.read("add_prefix_space", made.addsPrefixSpace);
        reader.read("use_regex", made.usesRegex);
        reader.has("trim_offsets");
    } else if (step.type == "Metaspace") {
        made.kind = PreTokenizerKind::Metaspace;
        made.replacement = "▁";
        readCharacter(reader, "replacement", made.replacement);
        readPrependScheme(reader, made.prepend);
        reader.read("split", made.splits);
    } else if (step.type == "Whitespace" || step.type == "WhitespaceSplit") {
        made.kind
            = step.type == "Whitespace" ? PreTokenizerKind::Whitespace : PreTokenizerKind::WhitespaceSplit;
    } else if (step.type == "Punctuation") {
        made.kind = PreTokenizerKind::Punctuation;
        readBehavior(reader, made.behavior);
    } else {
        return unknownStep(
            step, "Split, Digits, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, Punctuation, Sequence");
    }
    TRY(reader.finish());
    return made;
}

Status readIds(const Json& ids, const std::string& path, std::vector<std::int32_t>& into)
{
    if (!ids.is_array())
        return fail(fmt::format("{} is no list of ids", path));
    for (const Json& id : ids) {
        if (!id.is_number_unsigned() || id.get<std::uint64_t>() > static_cast<std::uint64_t>(mostTokens))
            return fail(fmt::format("{} holds something that is no id", path));
        into.push_back(id.get<std::int32_t>());
    }
    return {};
}

/// One {"SpecialToken": {"id": name}} of a template, as the ids that the template's own list has for it.
Status addSpecial(
    const Json& piece, const Json* tokens, const std::string& path, std::vector<std::int32_t>& into)
{
    const auto name = piece.is_object() ? piece.find("id") : piece.end();
    if (!piece.is_object() || name == piece.end() || !name->is_string())
        return fail(fmt::format("{} names no token", path));
    const auto found = tokens ? tokens->find(name->get_ref<const std::string&>()) : piece.end();
    if (!tokens || found == tokens->end() || !found->is_object() || !found->contains("ids"))
        return fail(fmt::format("{} is '{}', which special_tokens does not have", path,
            shown(name->get_ref<const std::string&>())));
    return readIds(found->at("ids"), path, into);
}

Result<Frame> templateFrame(const Step& step)
{
    Frame frame;
    ObjectReader reader(*step.json, step.path);
    for (const auto* key : {"type", "pair"})
        reader.has(key);
    const Json* single = reader.array("single");
    const Json* tokens = reader.object("special_tokens");
    TRY(reader.finish());
    int texts = 0;
    for (std::size_t i = 0; single && i < single->size(); ++i) {
        const Json& piece = (*single)[i];
        const std::string path = fmt::format("{}.single[{}]", step.path, i);
        if (piece.is_object() && piece.contains("Sequence"))
            ++texts;
        else if (piece.is_object() && piece.contains("SpecialToken"))
            TRY(addSpecial(piece["SpecialToken"], tokens, path, texts == 0 ? frame.before : frame.after));
        else
            return fail(fmt::format("{} is neither a Sequence nor a SpecialToken", path));
    }
    if (texts != 1)
        return fail(fmt::format("{}.single names the text {} times; expected once", step.path, texts));
    return frame;
}

/// [token, id] under a key.
Status readPair(ObjectReader& reader, std::string_view key, std::vector<std::int32_t>& into)
{
    const Json* pair = reader.array(key);
    if (!pair || pair->size() != 2)
        return fail(fmt::format("{} is no pair of a token and its id", reader.keyPath(key)));
    return readIds(Json::array({(*pair)[1]}), reader.keyPath(key), into);
}

Result<Frame> pairFrame(const Step& step)
{
    Frame frame;
    ObjectReader reader(*step.json, step.path);
    for (const auto* key : {"type", "trim_offsets", "add_prefix_space"})
        reader.has(key);
    TRY(readPair(reader, "cls", frame.before));
    TRY(readPair(reader, "sep", frame.after));
    TRY(reader.finish());
    return frame;
}

} // namespace

Result<std::vector<PreTokenizerStep>> preTokenizerFrom(const Json& component)
{
    const auto steps = stepsOf(component, "pre_tokenizer", "pretokenizers");
    if (!steps)
        return fail(steps.error());
    std::vector<PreTokenizerStep> list;
    for (const Step& step : *steps) {
        auto one = preTokenizerStep(step);
        if (!one)
            return fail(one.error());
        list.push_back(std::move(*one));
    }
    return list;
}

Result<Frame> frameFrom(const Json& component)
{
    const auto steps = stepsOf(component, "post_processor", "processors");
    if (!steps)
        return fail(steps.error());
    Frame frame;
    for (const Step& step : *steps) {
        if (step.type == "ByteLevel") // trims offsets of the reference alone
            continue;
        const bool isPair = step.type == "RobertaProcessing" || step.type == "BertProcessing";
        if (step.type != "TemplateProcessing" && !isPair)
            return unknownStep(
                step, "TemplateProcessing, ByteLevel, RobertaProcessing, BertProcessing, Sequence");
        const auto around = isPair ? pairFrame(step) : templateFrame(step);
        if (!around)
            return around;
        frame.before.insert(frame.before.begin(), around->before.begin(), around->before.end());
        frame.after.insert(frame.after.end(), around->after.begin(), around->after.end());
    }
    return frame;
}

} // namespace mantissa::tokenizer_json
