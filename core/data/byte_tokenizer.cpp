// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer.h"

namespace mantissa {

namespace {

class ByteTokenizer final : public Tokenizer {
public:
    std::vector<Token> encode(std::string_view text, bool) const override
    {
        std::vector<Token> tokens(text.size());
        for (std::size_t i = 0; i < text.size(); ++i)
            tokens[i] = {static_cast<unsigned char>(text[i]), i, i + 1};
        return tokens;
    }
    std::string decode(std::span<const TokenId> ids, bool) const override
    {
        std::string text;
        for (const TokenId id : ids)
            text += static_cast<char>(id);
        return text;
    }
    std::optional<TokenId> idOf(std::string_view token) const override
    {
        if (token.size() != 1)
            return {};
        return static_cast<unsigned char>(token.front());
    }
    std::int64_t size() const override { return 256; }
    const std::string& digest() const override { return m_digest; }

private:
    std::string m_digest = "bytes";
};

} // namespace

std::unique_ptr<Tokenizer> byteTokenizer() { return std::make_unique<ByteTokenizer>(); }

} // namespace mantissa
