// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/pipeline.h"

#include "core/base/digest.h"
#include "core/data/tokenizer/added_tokens.h"
#include "core/data/tokenizer/byte_alphabet.h"
#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/decoder.h"
#include "core/data/tokenizer/encode_room.h"
#include "core/data/tokenizer/normalizer.h"
#include "core/data/tokenizer/pre_tokenizer.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

namespace mantissa {

namespace {

using tokenizer_json::AddedToken;
using tokenizer_json::TokenizerJson;

/// An id and the bytes of the original that it was made from.
using TakeToken = std::function<void(TokenId, std::size_t begin, std::size_t end)>;

struct Steps {
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    Decoder decoder;
};

class Pipeline final : public Tokenizer {
public:
    Pipeline(TokenizerJson json, Steps steps, std::string digest);

    std::vector<Token> encode(std::string_view text, bool addsFrame) const override;
    void stream(
        std::string_view text, const std::function<bool(std::span<const TokenId>)>& take) const override;
    std::string decode(std::span<const TokenId> ids, bool skipsSpecial) const override;
    std::optional<TokenId> idOf(std::string_view token) const override;
    std::string tokenOf(TokenId id) const override;
    bool isSpecial(TokenId id) const override;
    std::int64_t size() const override { return m_size; }
    const std::string& digest() const override { return m_digest; }

private:
    void run(const Piece& text, EncodeRoom& room, const TakeToken& take) const;
    void encodeWord(const Piece& word, EncodeRoom& room, const TakeToken& take) const;
    void encodePart(const Piece& part, EncodeRoom& room, const TakeToken& take) const;

    Steps m_steps;
    std::vector<AddedToken> m_added;
    std::vector<TokenId> m_before;
    std::vector<TokenId> m_after;
    std::int64_t m_size;
    std::string m_digest;
    Bpe m_bpe;
    AddedTokens m_early; ///< looked for in the text as it is
    AddedTokens m_late; ///< looked for in its normal form
    struct Mark {
        std::string text; ///< as the normalizer writes it, where it is looked for behind it
        bool isSpecial;
    };
    std::unordered_map<TokenId, Mark> m_marks;
    std::unordered_map<std::string_view, TokenId> m_addedIds;
    mutable EncodeRooms m_rooms;
};

Pipeline::Pipeline(TokenizerJson json, Steps steps, std::string digest)
    : m_steps(std::move(steps))
    , m_added(std::move(json.added))
    , m_before(std::move(json.before))
    , m_after(std::move(json.after))
    , m_size(std::int64_t{json.largestId} + 1)
    , m_digest(std::move(digest))
    , m_bpe(std::move(json.model), m_steps.preTokenizer.endsInBytes())
{
    for (const bool special : {true, false}) // where two read the same, the one that marks
        for (const AddedToken& token : m_added) {
            if (token.isSpecial != special)
                continue;
            m_addedIds.emplace(token.content, token.id);
            const std::string text
                = token.isNormalized ? m_steps.normalizer.apply(token.content) : token.content;
            m_marks.emplace(token.id, Mark{text, token.isSpecial});
            (token.isNormalized ? m_late : m_early).add(token, text);
        }
}

void Pipeline::encodePart(const Piece& part, EncodeRoom& room, const TakeToken& take) const
{
    std::span<const WordToken> tokens = room.known.find(part.text);
    if (tokens.empty()) {
        room.tokens.clear();
        m_bpe.encode(part.text, room.bpe, room.tokens);
        room.known.add(part.text, room.tokens);
        tokens = room.tokens;
    }
    for (const WordToken& token : tokens)
        take(token.id, part.originAt(token.begin), part.originAt(token.end));
}

void Pipeline::encodeWord(const Piece& word, EncodeRoom& room, const TakeToken& take) const
{
    for (std::size_t at = 0; at < word.text.size() && !room.match.isEnded;) {
        const std::size_t end = at + m_bpe.firstPart(word.text.substr(at));
        encodePart(word.part(at, end), room, take);
        at = end;
    }
}

void Pipeline::run(const Piece& text, EncodeRoom& room, const TakeToken& take) const
{
    const auto takeAdded = [&](const Piece& piece, const AddedToken& token) {
        take(token.id, piece.originAt(0), piece.originAt(piece.text.size()));
    };
    const TakePiece takeWord = [&](const Piece& word) { encodeWord(word, room, take); };
    const AddedTokens::Take takeLate = [&](const Piece& piece, const AddedToken* token) {
        if (token)
            takeAdded(piece, *token);
        else
            m_steps.preTokenizer.split(piece, room.match, takeWord);
    };
    const TakePiece takeNormal = [&](const Piece& normal) { m_late.split(normal, takeLate); };
    m_early.split(text, [&](const Piece& piece, const AddedToken* token) {
        if (token)
            takeAdded(piece, *token);
        else
            m_steps.normalizer.apply(piece, room.match, takeNormal);
    });
}

std::vector<Token> Pipeline::encode(std::string_view text, bool addsFrame) const
{
    std::vector<Token> tokens;
    const auto addFrame = [&](const std::vector<TokenId>& ids) {
        for (const TokenId id : ids)
            tokens.push_back({id, 0, 0});
    };
    Piece piece{.text = text, .isFirst = true};
    std::string replaced;
    std::vector<std::size_t> origins;
    if (firstBadByte(text)) {
        replaced = withoutBadBytes(text, &origins);
        piece.text = replaced;
        piece.origins = origins.data();
    }
    if (addsFrame)
        addFrame(m_before);
    EncodeRooms::Lent room = m_rooms.lend();
    run(piece, *room, [&](TokenId id, std::size_t begin, std::size_t end) {
        tokens.push_back({id, begin, end});
    });
    if (addsFrame)
        addFrame(m_after);
    return tokens;
}

void Pipeline::stream(std::string_view text, const std::function<bool(std::span<const TokenId>)>& take) const
{
    constexpr std::size_t portion = 65536;
    std::string replaced;
    if (firstBadByte(text)) {
        replaced = withoutBadBytes(text);
        text = replaced;
    }
    std::vector<TokenId> ids;
    ids.reserve(portion);
    EncodeRooms::Lent room = m_rooms.lend();
    bool& isEnded = (*room).match.isEnded;
    run({.text = text, .isFirst = true, .isTraced = false}, *room, [&](TokenId id, std::size_t, std::size_t) {
        ids.push_back(id);
        if (ids.size() < portion || isEnded)
            return;
        isEnded = !take(ids);
        ids.clear();
    });
    if (!std::exchange(isEnded, false))
        take(ids);
}

std::string Pipeline::tokenOf(TokenId id) const
{
    if (const auto mark = m_marks.find(id); mark != m_marks.end())
        return mark->second.text;
    const std::string* token = m_bpe.tokenOf(id);
    return token ? *token : std::string();
}

bool Pipeline::isSpecial(TokenId id) const
{
    const auto mark = m_marks.find(id);
    return mark != m_marks.end() && mark->second.isSpecial;
}

std::optional<TokenId> Pipeline::idOf(std::string_view token) const
{
    const auto added = m_addedIds.find(token);
    return added != m_addedIds.end() ? std::optional(added->second) : m_bpe.idOf(token);
}

std::string Pipeline::decode(std::span<const TokenId> ids, bool skipsSpecial) const
{
    std::vector<std::string> tokens;
    for (const TokenId id : ids)
        if (const bool isThere = m_marks.contains(id) || m_bpe.tokenOf(id);
            isThere && !(skipsSpecial && isSpecial(id)))
            tokens.push_back(tokenOf(id));
    return m_steps.decoder.decode(std::move(tokens));
}

Result<Steps> stepsOf(const TokenizerJson& json)
{
    auto normalizer = Normalizer::make(json.normalizer);
    if (!normalizer)
        return fail(normalizer.error());
    auto preTokenizer = PreTokenizer::make(json.preTokenizer);
    if (!preTokenizer)
        return fail(preTokenizer.error());
    auto decoder = Decoder::make(json.decoder);
    if (!decoder)
        return fail(decoder.error());
    return Steps{std::move(*normalizer), std::move(*preTokenizer), std::move(*decoder)};
}

} // namespace

Result<std::unique_ptr<Tokenizer>> makePipeline(std::string_view text, const std::string& what)
{
    auto json = tokenizer_json::parse(text, what);
    if (!json)
        return fail(json.error());
    auto steps = stepsOf(*json);
    if (!steps)
        return fail(
            fmt::format("{}: {}; change it there, or use another tokenizer", what, steps.error().message));
    if (steps->preTokenizer.endsInBytes() && json->model.fallsBackToBytes)
        return fail(fmt::format(
            "{}: byte_fallback beside a ByteLevel pre-tokenizer is not understood here; set it to false",
            what));
    return std::make_unique<Pipeline>(std::move(*json), std::move(*steps), sha256Of(text));
}

} // namespace mantissa
