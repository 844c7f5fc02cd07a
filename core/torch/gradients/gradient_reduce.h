// SPDX-License-Identifier: Apache-2.0
#pragma once

// The seat of several ranks: between the sum over a rank's own micro-batches and what is made of the sum of
// all. One rank trains alone today, whose sum is the whole.

#include "core/torch/gradients/gradient_sums.h"

#include <span>

namespace mantissa {

class GradientReduce {
public:
    /// Makes a block's gradients those of all ranks. Called once for each block, in the order of backward.
    void reduce(GradientSums& /*sums*/, std::span<Parameter* const> /*block*/) const { }
};

} // namespace mantissa
