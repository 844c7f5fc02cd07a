// SPDX-License-Identifier: Apache-2.0
#pragma once

// One long text as tokens: bytes in memory, or ids in a file that is mapped.

#include "core/data/token_file.h"

#include <cstdint>
#include <string>
#include <variant>

namespace mantissa {

class TokenRun {
public:
    /// Bytes as ids.
    explicit TokenRun(std::string text)
        : m_tokens(std::move(text))
    {
    }
    explicit TokenRun(TokenFile file)
        : m_tokens(std::move(file))
    {
    }

    std::int64_t size() const
    {
        return std::visit(
            [](const auto& tokens) { return static_cast<std::int64_t>(tokens.size()); }, m_tokens);
    }
    TokenId at(std::int64_t index) const
    {
        if (const auto* text = std::get_if<std::string>(&m_tokens))
            return static_cast<unsigned char>((*text)[static_cast<std::size_t>(index)]);
        return std::get_if<TokenFile>(&m_tokens)->at(index);
    }

private:
    std::variant<std::string, TokenFile> m_tokens;
};

} // namespace mantissa
