// SPDX-License-Identifier: Apache-2.0
#include "core/files/tokenizer_json.h"

#include "core/base/shown_text.h"
#include "core/files/tokenizer_json_parts.h"
#include "core/files/tokenizer_json_steps.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace mantissa::tokenizer_json {

namespace {

constexpr std::size_t longestFinding = 400; // bytes; a message shows a part of what somebody put there
constexpr std::size_t shownBytes = 60;

std::string named(std::string_view token)
{
    return shown(token.size() <= shownBytes ? token : token.substr(0, shownBytes));
}

/// Tokens by text and by id; says of the second of two what is wrong with it.
class TokenLists {
public:
    Status add(const std::string& token, std::int64_t id, std::int64_t most)
    {
        if (id < 0 || id >= most)
            return fail(
                fmt::format("token '{}' has the id {}, where {} ids are enough", named(token), id, most));
        if (!m_ids.emplace(token, static_cast<std::int32_t>(id)).second)
            return fail(fmt::format("the vocabulary has the token '{}' twice", named(token)));
        if (const auto [other, isNew] = m_tokens.emplace(static_cast<std::int32_t>(id), &token); !isNew)
            return fail(fmt::format(
                "the tokens '{}' and '{}' share the id {}", named(*other->second), named(token), id));
        return {};
    }
    const std::int32_t* find(const std::string& token) const
    {
        const auto found = m_ids.find(token);
        return found == m_ids.end() ? nullptr : &found->second;
    }
    bool has(std::int32_t id) const { return m_tokens.contains(id); }

private:
    std::unordered_map<std::string_view, std::int32_t> m_ids;
    std::unordered_map<std::int32_t, const std::string*> m_tokens;
};

Status readModelKeys(const Json& json, bool isVocabularyList, Model& model)
{
    const auto type = json.find("type");
    const bool isNamed = type != json.end() && !type->is_null();
    if (isNamed && *type != "BPE")
        return fail(fmt::format("the model is of type {}; known here: BPE", named(jsonLine(*type))));
    if (isVocabularyList)
        return fail("the model's vocabulary is a list, as Unigram has it; known here: BPE");
    ObjectReader reader(json, "model");
    reader.has("type");
    const auto readOptional = [&](std::string_view key, std::string& value) {
        if (reader.has(key))
            readText(reader, key, value);
    };
    readOptional("unk_token", model.unknown);
    readOptional("continuing_subword_prefix", model.prefix);
    readOptional("end_of_word_suffix", model.suffix);
    reader.read("fuse_unk", model.fusesUnknown);
    reader.read("byte_fallback", model.fallsBackToBytes);
    reader.read("ignore_merges", model.ignoresMerges);
    double dropout = 0;
    reader.read("dropout", dropout, 0, 1);
    if (dropout > 0)
        reader.refuse("model.dropout makes ids a matter of chance; set it to null");
    return reader.finish();
}

Status checkMerges(const Model& model, const TokenLists& tokens)
{
    for (std::size_t i = 0; i < model.merges.size(); ++i) {
        const std::string& left = model.merges[i].first;
        const std::string& right = model.merges[i].second;
        const auto unknown = [&](const std::string& token) {
            return fail(fmt::format("merge {} ('{}' and '{}') needs '{}', which the vocabulary does not have",
                i, named(left), named(right), named(token)));
        };
        if (!tokens.find(left))
            return unknown(left);
        if (!tokens.find(right))
            return unknown(right);
        if (right.size() < model.prefix.size() || !right.starts_with(model.prefix))
            return fail(fmt::format("merge {} goes on with '{}', which lacks continuing_subword_prefix '{}'",
                i, named(right), named(model.prefix)));
        const std::string joined = left + right.substr(model.prefix.size());
        if (!tokens.find(joined))
            return unknown(joined);
    }
    if (!model.unknown.empty() && !tokens.find(model.unknown))
        return fail(
            fmt::format("model.unk_token is '{}', which the vocabulary does not have", named(model.unknown)));
    return {};
}

/// Added tokens that stand in the vocabulary too have its id; others have one of their own.
Status checkAdded(const std::vector<AddedToken>& added, TokenLists& tokens, std::int64_t most)
{
    for (const AddedToken& token : added) {
        const std::int32_t* known = tokens.find(token.content);
        if (!known) {
            TRY(tokens.add(token.content, token.id, most));
        } else if (*known != token.id) {
            return fail(fmt::format(
                "added token '{}' has the id {}, and {} elsewhere", named(token.content), token.id, *known));
        }
    }
    return {};
}

Status checkFrame(const TokenizerJson& json, const TokenLists& tokens)
{
    for (const auto* ids : {&json.before, &json.after})
        for (const std::int32_t id : *ids)
            if (!tokens.has(id))
                return fail(fmt::format("post_processor adds the id {}, which no token has", id));
    return {};
}

/// A component under a key, or null.
Json componentOf(const Json& rest, const char* key) { return rest.contains(key) ? rest.at(key) : Json(); }

template <class Value> Status take(Result<Value> read, Value& into)
{
    if (!read)
        return fail(read.error());
    into = std::move(*read);
    return {};
}

Status readComponents(const Json& rest, TokenizerJson& json)
{
    ObjectReader reader(rest, "");
    for (const auto* key : {"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
             "post_processor", "decoder"})
        reader.has(key);
    reader.object("model");
    TRY(reader.finish());
    TRY(take(addedTokensFrom(componentOf(rest, "added_tokens")), json.added));
    TRY(take(normalizerFrom(componentOf(rest, "normalizer")), json.normalizer));
    TRY(take(preTokenizerFrom(componentOf(rest, "pre_tokenizer")), json.preTokenizer));
    TRY(take(decoderFrom(componentOf(rest, "decoder")), json.decoder));
    Frame frame;
    TRY(take(frameFrom(componentOf(rest, "post_processor")), frame));
    json.before = std::move(frame.before);
    json.after = std::move(frame.after);
    return {};
}

Status readTokens(Parts& parts, TokenizerJson& json)
{
    // twice as many as there are leaves room for holes, and none for a list of two thousand million
    constexpr std::int64_t spare = 65536;
    const auto entries = static_cast<std::int64_t>(parts.vocabulary.size() + json.added.size());
    const std::int64_t most = std::min(2 * entries + spare, mostTokens);
    TokenLists tokens;
    for (const auto& [token, id] : parts.vocabulary) {
        TRY(tokens.add(token, id, most));
        json.largestId = std::max(json.largestId, static_cast<std::int32_t>(id));
    }
    json.model.merges = std::move(parts.merges);
    TRY(checkMerges(json.model, tokens));
    TRY(checkAdded(json.added, tokens, most));
    TRY(checkFrame(json, tokens));
    for (const AddedToken& token : json.added)
        json.largestId = std::max(json.largestId, token.id);
    for (auto& [token, id] : parts.vocabulary)
        json.model.vocabulary.emplace_back(std::move(token), static_cast<std::int32_t>(id));
    return {};
}

Status fill(Parts& parts, TokenizerJson& json)
{
    const Json& rest = *parts.rest;
    if (!rest.contains("model") || !rest["model"].is_object())
        return fail("there is no object \"model\"");
    TRY(readModelKeys(rest["model"], parts.isVocabularyList, json.model));
    if (parts.vocabulary.empty())
        return fail("model.vocab holds no token");
    TRY(readComponents(rest, json));
    return readTokens(parts, json);
}

} // namespace

Result<TokenizerJson> parse(std::string_view text, const std::string& what)
{
    auto parts = takeApart(text, what);
    if (!parts)
        return fail(parts.error());
    TokenizerJson json;
    if (const auto status = fill(*parts, json); !status) {
        std::string finding = status.error().message;
        if (finding.size() > longestFinding)
            finding = asUtf8(finding.substr(0, longestFinding)) + "…";
        return fail(
            fmt::format("{}: {}; save it anew with a current `tokenizers`, or use a tokenizer of one of "
                        "the kinds in docs/file-formats.md",
                what, finding));
    }
    return json;
}

} // namespace mantissa::tokenizer_json
