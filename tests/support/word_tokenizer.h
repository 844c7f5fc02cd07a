// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tokenizer that people can count along with: special tokens, words with the blank before them, line ends.

#include "core/data/tokenizer.h"

#include <map>

namespace mantissa {

class WordTokenizer final : public Tokenizer {
public:
    /// `bos` is put before a text that is framed; empty: nothing is.
    explicit WordTokenizer(std::vector<std::string> specials = {}, std::string bos = {})
        : m_specials(std::move(specials))
        , m_bos(std::move(bos))
    {
        for (const std::string& special : m_specials)
            idFor(special);
        if (!m_bos.empty())
            idFor(m_bos);
    }

    std::vector<Token> encode(std::string_view text, bool addsFrame) const override
    {
        std::vector<Token> tokens;
        if (addsFrame && !m_bos.empty())
            tokens.push_back({idFor(m_bos), 0, 0});
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t length = lengthAt(text, at);
            tokens.push_back({idFor(std::string(text.substr(at, length))), at, at + length});
            at += length;
        }
        return tokens;
    }
    std::string decode(std::span<const TokenId> ids, bool skipsSpecial) const override
    {
        std::string text;
        for (const TokenId id : ids)
            for (const auto& [word, known] : m_ids)
                if (known == id && !(skipsSpecial && idOf(word) == id && word.starts_with('<')))
                    text += word;
        return text;
    }
    std::optional<TokenId> idOf(std::string_view token) const override
    {
        const auto found = m_ids.find(std::string(token));
        return found == m_ids.end() ? std::nullopt : std::optional(found->second);
    }
    std::int64_t size() const override { return static_cast<std::int64_t>(m_ids.size()); }
    const std::string& digest() const override { return m_digest; }

private:
    std::size_t lengthAt(std::string_view text, std::size_t at) const
    {
        for (const std::string& special : m_specials)
            if (text.substr(at).starts_with(special))
                return special.size();
        const auto isWord
            = [&](std::size_t i) { return text[i] != ' ' && text[i] != '\n' && text[i] != '<'; };
        std::size_t end = at + 1;
        if (text[at] == '\n' || (text[at] == ' ' && (end == text.size() || !isWord(end))))
            return 1;
        while (end < text.size() && isWord(end))
            ++end;
        return end - at;
    }
    TokenId idFor(const std::string& word) const
    {
        return m_ids.emplace(word, static_cast<TokenId>(m_ids.size())).first->second;
    }

    std::vector<std::string> m_specials{};
    std::string m_bos{};
    mutable std::map<std::string, TokenId> m_ids{}; // tests are of one thread
    std::string m_digest = "words";
};

} // namespace mantissa
