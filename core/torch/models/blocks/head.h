// SPDX-License-Identifier: Apache-2.0
#pragma once

// The last norm and the projection to logits.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

std::unique_ptr<Block> makeBlock(const HeadForm& form, const BlockWeights& weights);

} // namespace mantissa
