// SPDX-License-Identifier: Apache-2.0
#pragma once

// One AdamW update of one weight, in whatever form and on whatever tier its state rests: the arithmetic is
// FP32 in each.

#include "core/record/run_config.h"
#include "core/torch/weights/parameter_store.h"

namespace mantissa {

/// What all weights of one update share.
struct UpdateScalars {
    double rate = 0;
    std::int64_t t = 1; ///< counts updates from 1
    double gradientScale = 1; ///< clipping and loss scale together
    double lossScale = 1; ///< the gradient was multiplied by it
    std::int64_t seed = 0; ///< what stochastic rounding depends on, beside t and the weight's name
};

/// `gradient` has the weight's shape, in FP32 or a 16-bit format; with `rows`, only those rows of it
/// (ascending), the others being zero. The parameter's block is acquired. Allocates nothing for FP32 weights
/// and BF16 pairs on the CPU. False when a new value is not finite, as moments that were not make it; looked
/// for on the CPU.
bool updateParameter(ParameterStore& store, Parameter& parameter, const at::Tensor& gradient,
    const at::Tensor& rows, const OptimizerConfig& config, const UpdateScalars& scalars);

/// L2 norm of one gradient in FP32, as clip_grad_norm_ takes it; 16-bit ones in stretches, so that no FP32
/// copy of the whole exists.
at::Tensor gradientNorm(const at::Tensor& gradient);

} // namespace mantissa
