// SPDX-License-Identifier: Apache-2.0
#pragma once

// AdamW in one pass over memory: join, update in FP32, split. No LibTorch.
// With FP32 moments the order of operations is that of LibTorch 2.11's fused CPU kernel, so that FP32 weights
// and pairs learn the same bits (its loop over the last n mod 16 elements rounds otherwise; ours treats all
// alike, in every instruction set).

#include <cstddef>
#include <cstdint>

namespace mantissa {

/// Scalars of one update, computed in double and rounded once.
struct AdamwScalars {
    float decay = 1; ///< 1 - rate * weight decay
    float oneMinusBeta1 = 0;
    float beta2 = 0;
    float oneMinusBeta2 = 0;
    float stepSize = 0; ///< rate / (1 - beta1^t)
    float rootCorrection = 1; ///< sqrt(1 - beta2^t)
    float epsilon = 0;
    float gradientScale = 1; ///< clipping and loss scale together
};

/// `t` counts updates from 1.
AdamwScalars adamwScalars(double rate, double beta1, double beta2, double epsilon, double weightDecay,
    std::int64_t t, double gradientScale);

/// Elements that share a scale where moments are int8.
constexpr std::size_t momentBlock = 256;

/// A stretch of one tensor with its state. Weights are `value`, or `high` with or without `low`. Moments are
/// FP32, or int8 in blocks of 256 (the stretch then begins at a block). The gradient is FP32 or BF16.
struct AdamwSlice {
    float* value = nullptr;
    std::uint16_t* high = nullptr; ///< BF16
    std::uint16_t* low = nullptr; ///< what is missing from it; null: the BF16 number is all there is
    float* m = nullptr;
    float* v = nullptr;
    std::int8_t* m8 = nullptr; ///< y = 2x / (1 + |x|) of x = m / mScale, times 127
    std::uint8_t* v8 = nullptr; ///< root of sqrt(v) / vScale times 255, at least 1 where the block has any
    float* mScale = nullptr; ///< one per block: the largest |m|
    float* vScale = nullptr; ///< one per block: the largest sqrt(v)
    const float* gradient = nullptr;
    const std::uint16_t* gradient16 = nullptr;
    std::size_t n = 0;
    bool isStochastic = false; ///< without `low`: round up or down by chance, unbiased; else to nearest
    std::uint64_t noise
        = 0; ///< of the tensor and the step: what chance depends on, beside the element's place
    std::uint64_t first = 0; ///< the stretch's first element, counted from the start of the tensor
};

/// False when a new value is not finite.
bool updateAdamw(const AdamwSlice& slice, const AdamwScalars& scalars);

/// Moments as FP32, and the nearest int8 moments to FP32 ones: for files and tests.
void decodeMoments(const std::int8_t* m8, const std::uint8_t* v8, const float* mScale, const float* vScale,
    float* m, float* v, std::size_t n);

} // namespace mantissa
