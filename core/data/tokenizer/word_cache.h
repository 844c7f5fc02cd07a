// SPDX-License-Identifier: Apache-2.0
#pragma once

// Words that were encoded already: a language says a few thousand again and again. One thread at a time.

#include "core/data/tokenizer/bpe.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

class WordCache {
public:
    WordCache();
    /// The tokens of a word that is kept; an empty list where it is not.
    std::span<const WordToken> find(std::string_view word) const;
    /// Keeps a word that is not there yet. Begins anew when it is full.
    void add(std::string_view word, std::span<const WordToken> tokens);

private:
    struct Entry {
        std::uint64_t hash = 0;
        std::uint32_t textAt = 0;
        std::uint32_t tokensAt = 0;
        std::uint16_t textBytes = 0; ///< 0: free
        std::uint16_t tokens = 0;
    };
    const Entry& entryOf(std::string_view word, std::uint64_t hash) const;

    std::vector<Entry> m_entries;
    std::size_t m_used = 0;
    std::string m_text;
    std::vector<WordToken> m_tokens;
};

} // namespace mantissa
