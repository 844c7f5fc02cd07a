// SPDX-License-Identifier: Apache-2.0
#pragma once

// Token ids to states, with learned positions where the model has them.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

std::unique_ptr<Block> makeBlock(const EmbeddingForm& form, const BlockWeights& weights);

} // namespace mantissa
