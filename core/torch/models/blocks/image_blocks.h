// SPDX-License-Identifier: Apache-2.0
#pragma once

// Convolutions and linear layers of models for images.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

std::unique_ptr<Block> makeBlock(const ConvolutionForm& form, const BlockWeights& weights);
std::unique_ptr<Block> makeBlock(const LinearForm& form, const BlockWeights& weights);

} // namespace mantissa
