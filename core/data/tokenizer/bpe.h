// SPDX-License-Identifier: Apache-2.0
#pragma once

// Byte pair encoding: a word becomes its characters, and the pair of neighbours that was learned first is
// joined, again and again, until none of them is known.

#include "core/data/tokenizer.h"
#include "core/data/tokenizer/pair_table.h"
#include "core/files/tokenizer_json.h"

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mantissa {

/// A token of a word, and the bytes of the word that it stands for.
struct WordToken {
    TokenId id = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// What joining works in. One thread at a time.
struct BpeRoom {
    struct Symbol {
        TokenId id = 0;
        std::size_t begin = 0; ///< in the word
        std::size_t end = 0; ///< begin: joined to the one before
        std::size_t before = 0; ///< neighbours; one that is not there is the number of symbols or more
        std::size_t behind = 0;
    };
    struct Candidate {
        std::uint32_t rank = 0;
        TokenId made = 0;
        std::size_t at = 0;
    };
    std::vector<Symbol> symbols;
    std::vector<Candidate> heap;
};

class Bpe {
public:
    /// `seesBytes`: words are bytes, each a character of GPT-2's alphabet in the vocabulary.
    Bpe(tokenizer_json::Model model, bool seesBytes);
    Bpe(const Bpe&) = delete;
    Bpe& operator=(const Bpe&) = delete;

    /// Adds the tokens of a word to `tokens`.
    void encode(std::string_view word, BpeRoom& room, std::vector<WordToken>& tokens) const;
    /// Where the first part of `text` ends that can be encoded without the rest, to the same tokens: before a
    /// "▁" that no merge joins to the character in front of it. text.size() where there is no such place.
    std::size_t firstPart(std::string_view text) const;

    std::optional<TokenId> idOf(std::string_view token) const;
    /// Null for an id that is none of the vocabulary.
    const std::string* tokenOf(TokenId id) const;

private:
    struct Unknown;
    void start(std::string_view word, BpeRoom& room) const;
    void startUnknown(std::string_view character, std::size_t begin, Unknown& unknown, BpeRoom& room) const;
    std::optional<TokenId> idOfCharacter(std::string_view word, std::size_t begin, std::size_t end) const;
    void consider(BpeRoom& room, std::size_t at) const;
    void join(BpeRoom& room) const;
    void findCuts();

    static constexpr std::size_t byteCount = 256;
    tokenizer_json::Model m_model; ///< its tokens are what the maps below point at
    bool m_seesBytes;
    std::unordered_map<std::string_view, TokenId> m_ids;
    std::vector<const std::string*> m_tokens; ///< by id
    PairTable m_merges;
    std::array<TokenId, byteCount> m_bytes{}; ///< of the visible character, or of <0xXX>; -1: not known
    std::optional<TokenId> m_unknown;
    std::vector<bool> m_cutsBehind; ///< by character: "▁" behind it begins a part of its own
};

} // namespace mantissa
