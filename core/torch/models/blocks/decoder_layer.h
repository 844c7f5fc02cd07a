// SPDX-License-Identifier: Apache-2.0
#pragma once

// Norm and attention, norm and MLP, each added to the residual stream, one after the other or side by side.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

std::unique_ptr<Block> makeBlock(const DecoderLayerForm& form, const BlockWeights& weights);

} // namespace mantissa
