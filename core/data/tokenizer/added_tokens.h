// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tokens that are cut out of a text before anything else looks at it: marks of turns, ends, and the like.

#include "core/data/tokenizer.h"
#include "core/data/tokenizer/piece.h"
#include "core/files/tokenizer_json.h"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mantissa {

/// Finds added tokens: leftmost, then longest.
class AddedTokens {
public:
    using Take = std::function<void(const Piece&, const tokenizer_json::AddedToken* token)>;

    AddedTokens();
    /// `content`: the token as it stands in the text that is searched. An empty one is never found, and of
    /// two that read the same the first is.
    void add(const tokenizer_json::AddedToken& token, std::string_view content);
    /// Hands on the piece in parts, left to right: tokens, and text between them with null.
    void split(const Piece& piece, const Take& take) const;

private:
    struct Node {
        std::vector<std::pair<unsigned char, std::size_t>> next;
        int token = -1;
    };
    struct Found {
        int token = -1;
        std::size_t end = 0;
    };
    Found longestAt(std::string_view text, std::size_t at) const;

    std::vector<tokenizer_json::AddedToken> m_tokens;
    std::vector<Node> m_nodes; ///< a tree of bytes, its root first
    std::array<bool, 256> m_begins{}; ///< bytes that some token begins with
};

} // namespace mantissa
