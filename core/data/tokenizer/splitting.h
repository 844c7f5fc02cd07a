// SPDX-License-Identifier: Apache-2.0
#pragma once

// How matches cut a piece: what becomes of each, and of the text between them.

#include "core/data/tokenizer/pattern.h"
#include "core/data/tokenizer/piece.h"
#include "core/files/tokenizer_json.h"

namespace mantissa {

struct Splitting {
    tokenizer_json::SplitBehavior behavior = tokenizer_json::SplitBehavior::Isolated;
    bool isInverted = false; ///< what lies between matches counts as match, and the other way round
};

/// Takes what is found from left to right, and hands on the pieces. Empty ones are none.
class Cutter {
public:
    Cutter(Splitting splitting, const Piece& piece, const TakePiece& take)
        : m_splitting(splitting)
        , m_piece(piece)
        , m_take(take)
    {
    }
    void match(std::size_t begin, std::size_t end);
    /// Behind the last match.
    void finish();

private:
    void add(std::size_t begin, std::size_t end, bool isMatch);
    void open(std::size_t begin, std::size_t end);
    void close();

    Splitting m_splitting;
    const Piece& m_piece;
    const TakePiece& m_take;
    std::size_t m_done = 0;
    std::size_t m_openBegin = 0; ///< a part that may still grow
    std::size_t m_openEnd = 0;
    bool m_openIsMatch = false;
};

void splitBy(
    const Pattern& pattern, Splitting splitting, const Piece& piece, MatchRoom& room, const TakePiece& take);

} // namespace mantissa
