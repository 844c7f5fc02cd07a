// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/bpe.h"

#include "core/data/tokenizer/byte_alphabet.h"
#include "core/data/tokenizer/characters.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr TokenId unknownByte = -1;
constexpr std::string_view blankMark = "▁";
constexpr std::size_t characterCount = 0x110000;

/// The candidate that is joined last comes first: a heap's front is its greatest.
bool isLater(const BpeRoom::Candidate& a, const BpeRoom::Candidate& b)
{
    return a.rank != b.rank ? a.rank > b.rank : a.at > b.at;
}

} // namespace

Bpe::Bpe(tokenizer_json::Model model, bool seesBytes)
    : m_model(std::move(model))
    , m_seesBytes(seesBytes)
    , m_merges(m_model.merges.size())
{
    m_ids.reserve(m_model.vocabulary.size());
    for (const auto& [token, id] : m_model.vocabulary) {
        m_ids.emplace(token, id);
        if (static_cast<std::size_t>(id) >= m_tokens.size())
            m_tokens.resize(static_cast<std::size_t>(id) + 1);
        m_tokens[static_cast<std::size_t>(id)] = &token;
    }
    std::uint32_t rank = 0;
    for (const auto& [left, right] : m_model.merges)
        m_merges.add(
            m_ids.at(left), m_ids.at(right), {rank++, m_ids.at(left + right.substr(m_model.prefix.size()))});
    for (std::size_t byte = 0; byte < byteCount; ++byte) {
        const std::string token
            = seesBytes ? visibleByte(static_cast<std::uint8_t>(byte)) : fmt::format("<0x{:02X}>", byte);
        m_bytes[byte] = idOf(token).value_or(unknownByte);
    }
    if (!m_model.unknown.empty())
        m_unknown = m_ids.at(m_model.unknown);
    findCuts();
    m_model.merges.clear(); // the table has them now
    m_model.merges.shrink_to_fit();
}

void Bpe::findCuts()
{
    const bool isPlain
        = !m_seesBytes && !m_model.ignoresMerges && m_model.prefix.empty() && m_model.suffix.empty();
    if (!isPlain || !m_ids.contains(blankMark))
        return;
    // a character that is unknown may be one with what stands beside it, so only known ones end a part
    m_cutsBehind.resize(characterCount);
    for (const auto& [token, id] : m_model.vocabulary)
        if (!token.empty() && characterAt(token, 0).bytes == token.size())
            m_cutsBehind[characterAt(token, 0).code] = true;
    for (const auto& [left, right] : m_model.merges)
        if (right.starts_with(blankMark))
            m_cutsBehind[characterBefore(left, left.size()).code] = false;
}

std::size_t Bpe::firstPart(std::string_view text) const
{
    if (m_cutsBehind.empty())
        return text.size();
    for (std::size_t at = text.find(blankMark, 1); at != std::string_view::npos;
         at = text.find(blankMark, at + blankMark.size()))
        if (m_cutsBehind[characterBefore(text, at).code])
            return at;
    return text.size();
}

std::optional<TokenId> Bpe::idOf(std::string_view token) const
{
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Bpe::tokenOf(TokenId id) const
{
    return id >= 0 && static_cast<std::size_t>(id) < m_tokens.size() ? m_tokens[static_cast<std::size_t>(id)]
                                                                     : nullptr;
}

void Bpe::encode(std::string_view word, BpeRoom& room, std::vector<WordToken>& tokens) const
{
    if (m_model.ignoresMerges) {
        const auto whole = m_seesBytes ? idOf(visibleBytes(word)) : idOf(word);
        if (whole) {
            tokens.push_back({*whole, 0, word.size()});
            return;
        }
    }
    start(word, room);
    join(room);
    for (const BpeRoom::Symbol& symbol : room.symbols)
        if (symbol.begin < symbol.end)
            tokens.push_back({symbol.id, symbol.begin, symbol.end});
}

/// A run of unknown characters that may go on.
struct Bpe::Unknown {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::optional<TokenId> Bpe::idOfCharacter(std::string_view word, std::size_t begin, std::size_t end) const
{
    const bool isBare = m_model.prefix.empty() && m_model.suffix.empty();
    if (m_seesBytes && isBare) {
        const TokenId id = m_bytes[static_cast<unsigned char>(word[begin])];
        return id == unknownByte ? std::nullopt : std::optional(id);
    }
    const std::string_view character = word.substr(begin, end - begin);
    if (isBare)
        return idOf(character);
    return idOf(fmt::format("{}{}{}", begin == 0 ? "" : m_model.prefix,
        m_seesBytes ? visibleBytes(character) : character, end == word.size() ? m_model.suffix : ""));
}

namespace {

void addSymbol(BpeRoom& room, TokenId id, std::size_t begin, std::size_t end)
{
    room.symbols.push_back({id, begin, end, room.symbols.size() - 1, room.symbols.size() + 1});
}

} // namespace

/// A character that is no token becomes its bytes, or one unknown token, or nothing.
void Bpe::startUnknown(std::string_view character, std::size_t begin, Unknown& unknown, BpeRoom& room) const
{
    const auto idOfByte = [&](char byte) { return m_bytes[static_cast<unsigned char>(byte)]; };
    if (m_model.fallsBackToBytes && !m_seesBytes
        && std::none_of(
            character.begin(), character.end(), [&](char b) { return idOfByte(b) == unknownByte; })) {
        for (std::size_t i = 0; i < character.size(); ++i)
            addSymbol(room, idOfByte(character[i]), begin + i, begin + i + 1);
        return;
    }
    if (!m_unknown)
        return;
    if (unknown.begin < unknown.end && !m_model.fusesUnknown)
        addSymbol(room, *m_unknown, unknown.begin, unknown.end);
    if (unknown.begin == unknown.end || !m_model.fusesUnknown)
        unknown.begin = begin;
    unknown.end = begin + character.size();
}

/// Each character of the word as a symbol.
void Bpe::start(std::string_view word, BpeRoom& room) const
{
    room.symbols.clear();
    Unknown unknown;
    const auto flush = [&] {
        if (unknown.begin < unknown.end)
            addSymbol(room, *m_unknown, unknown.begin, unknown.end);
        unknown = {};
    };
    for (std::size_t begin = 0, end = 0; begin < word.size(); begin = end) {
        end = begin + (m_seesBytes ? 1 : characterAt(word, begin).bytes);
        if (const auto id = idOfCharacter(word, begin, end)) {
            flush();
            addSymbol(room, *id, begin, end);
        } else {
            startUnknown(word.substr(begin, end - begin), begin, unknown, room);
        }
    }
    flush();
}

/// Remembers that the symbol at `at` and the one behind it could be joined.
void Bpe::consider(BpeRoom& room, std::size_t at) const
{
    const auto& symbols = room.symbols;
    if (at >= symbols.size() || symbols[at].behind >= symbols.size())
        return;
    if (const Merge* merge = m_merges.find(symbols[at].id, symbols[symbols[at].behind].id)) {
        room.heap.push_back({merge->rank, merge->made, at});
        std::push_heap(room.heap.begin(), room.heap.end(), isLater);
    }
}

void Bpe::join(BpeRoom& room) const
{
    auto& symbols = room.symbols;
    room.heap.clear();
    for (std::size_t at = 0; at < symbols.size(); ++at)
        consider(room, at);
    while (!room.heap.empty()) {
        std::pop_heap(room.heap.begin(), room.heap.end(), isLater);
        const BpeRoom::Candidate best = room.heap.back();
        room.heap.pop_back();
        BpeRoom::Symbol& left = symbols[best.at];
        if (left.begin == left.end || left.behind >= symbols.size())
            continue;
        BpeRoom::Symbol& right = symbols[left.behind];
        const Merge* merge = m_merges.find(left.id, right.id);
        if (!merge || merge->made != best.made) // one of the two is another by now
            continue;
        left.id = best.made;
        left.end = right.end;
        right.begin = right.end;
        left.behind = right.behind;
        if (left.behind < symbols.size())
            symbols[left.behind].before = best.at;
        consider(room, left.before);
        consider(room, best.at);
    }
}

} // namespace mantissa
