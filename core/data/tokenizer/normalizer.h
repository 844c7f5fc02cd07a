// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a tokenizer makes of a text before it looks for words: forms of Unicode, replacements, a mark in
// front.

#include "core/base/result.h"
#include "core/data/tokenizer/pattern.h"
#include "core/data/tokenizer/piece.h"
#include "core/files/tokenizer_json.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

class Normalizer {
public:
    static Result<Normalizer> make(const std::vector<tokenizer_json::NormalizerStep>& steps);

    /// Hands the normal form on; what does not change is not copied.
    void apply(const Piece& piece, MatchRoom& room, const TakePiece& take) const;
    std::string apply(std::string_view text) const;

private:
    using Step = std::function<void(const Piece&, MatchRoom&, PieceWriter&)>;
    void applyFrom(std::size_t step, const Piece& piece, MatchRoom& room, const TakePiece& take) const;

    std::vector<Step> m_steps;
};

} // namespace mantissa
