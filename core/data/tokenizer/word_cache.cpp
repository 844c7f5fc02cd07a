// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/word_cache.h"

#include <functional>

namespace mantissa {

namespace {

constexpr std::size_t entries = std::size_t{1} << 16; // with their words some 6 MiB at most
constexpr std::size_t mostUsed = entries / 2;
/// Longer words are rare, and each is another one.
constexpr std::size_t longestWord = 96;

std::uint64_t hashOf(std::string_view word) { return std::hash<std::string_view>()(word); }

} // namespace

WordCache::WordCache()
    : m_entries(entries)
{
}

const WordCache::Entry& WordCache::entryOf(std::string_view word, std::uint64_t hash) const
{
    std::size_t at = hash & (entries - 1);
    for (;; at = (at + 1) & (entries - 1)) {
        const Entry& entry = m_entries[at];
        if (entry.textBytes == 0)
            return entry;
        if (entry.hash == hash && entry.textBytes == word.size()
            && std::string_view(m_text).substr(entry.textAt, entry.textBytes) == word)
            return entry;
    }
}

std::span<const WordToken> WordCache::find(std::string_view word) const
{
    if (word.size() > longestWord)
        return {};
    const Entry& entry = entryOf(word, hashOf(word));
    return std::span(m_tokens).subspan(entry.tokensAt, entry.tokens);
}

void WordCache::add(std::string_view word, std::span<const WordToken> tokens)
{
    if (word.empty() || word.size() > longestWord || tokens.empty())
        return;
    if (m_used == mostUsed) {
        m_entries.assign(entries, {});
        m_text.clear();
        m_tokens.clear();
        m_used = 0;
    }
    const std::uint64_t hash = hashOf(word);
    const auto at = static_cast<std::size_t>(&entryOf(word, hash) - m_entries.data());
    m_entries[at]
        = {hash, static_cast<std::uint32_t>(m_text.size()), static_cast<std::uint32_t>(m_tokens.size()),
            static_cast<std::uint16_t>(word.size()), static_cast<std::uint16_t>(tokens.size())};
    m_text += word;
    m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
    ++m_used;
}

} // namespace mantissa
