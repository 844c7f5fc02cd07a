// SPDX-License-Identifier: Apache-2.0
#pragma once

// AdamW on BF16 pairs in one pass over memory: join, update in FP32, split. No LibTorch.
// The order of operations is that of LibTorch 2.11's fused CPU kernel, so that FP32 weights and pairs learn the same bits
// (checked by tests on lengths that are multiples of 16; its remainder loop rounds otherwise).

#include <cstddef>
#include <cstdint>

namespace mantissa {

/// Scalars of one update, computed in double and rounded once.
struct AdamwScalars {
    float decay = 1;         ///< 1 - rate * weight decay
    float oneMinusBeta1 = 0;
    float beta2 = 0;
    float oneMinusBeta2 = 0;
    float stepSize = 0;      ///< rate / (1 - beta1^t)
    float rootCorrection = 1; ///< sqrt(1 - beta2^t)
    float epsilon = 0;
    float gradientScale = 1; ///< clipping and loss scale together
};

/// `t` counts updates from 1.
AdamwScalars adamwScalars(double rate, double beta1, double beta2, double epsilon, double weightDecay, std::int64_t t,
    double gradientScale);

/// Gradients in FP32.
void updatePairs(std::uint16_t* high, std::uint16_t* low, float* m, float* v, const float* gradient, std::size_t n,
    const AdamwScalars& scalars);
/// Gradients in BF16.
void updatePairs(std::uint16_t* high, std::uint16_t* low, float* m, float* v, const std::uint16_t* gradient, std::size_t n,
    const AdamwScalars& scalars);

} // namespace mantissa
