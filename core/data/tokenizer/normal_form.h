// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unicode's normal forms, a cluster of characters at a time, so that it stays known what came from where.

#include "core/data/tokenizer/piece.h"

namespace mantissa {

struct NormalForm {
    bool composes = true; ///< C; otherwise D
    bool isCompatible = false; ///< K: ligatures, circled digits and the like give way
};

void writeNormalForm(NormalForm form, const Piece& piece, PieceWriter& writer);

} // namespace mantissa
