// SPDX-License-Identifier: Apache-2.0
#pragma once

// How numbers fare in BF16 and FP16: sums over elements in one pass, and the shares that follow. Kernels for
// the CPU; no LibTorch. A weight is first rounded to the format (nearest, ties to even), as it would rest
// there without its low half; then its update is added and the result rounded. Definitions:
// docs/file-formats.md, "numbers".

#include "core/record/numbers_measured.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mantissa {

/// Counts of what lies outside a format's normal range.
struct RangeCounts {
    std::int64_t overflow = 0;
    std::int64_t subnormal = 0;
    std::int64_t underflow = 0;
};

/// Sums for one format.
struct FormatSums {
    RangeCounts weights{};
    RangeCounts gradients{};
    std::int64_t cancelled = 0;
    double effective = 0; ///< of effective * intended update
    double noise = 0; ///< of (w - rounded w) squared
};

class NumberSums {
public:
    NumberSums();

    /// `after` is `before` plus the update that was meant: before any rounding to a 16-bit format. Both are
    /// of equal length.
    void addUpdates(std::span<const float> before, std::span<const float> after);
    /// Gradients as they arrived; `scale` takes the loss scale out.
    void addGradients(std::span<const float> gradients, float scale);
    void clear();
    std::int64_t count() const { return m_count; }
    /// Fills in everything that was looked at; the tensors' names, places and bytes are the caller's.
    void fill(NumberGroup& group) const;

private:
    void addBlock(const float* before, const float* after, std::size_t n);

    FormatSums m_bf16{};
    FormatSums m_fp16{};
    double m_intended = 0; ///< of the update squared
    double m_signal = 0; ///< of the weight squared
    std::int64_t m_count = 0;
    std::int64_t m_gradients = 0;
    std::int64_t m_zeroUpdates = 0;
    std::int64_t m_nans = 0; ///< weights
    std::int64_t m_infinities = 0;
    std::int64_t m_ratioCount = 0;
    ExponentHistogram m_weightExponents{};
    ExponentHistogram m_gradientExponents{};
    ExponentHistogram m_updateExponents{};
    std::vector<std::uint32_t> m_ratios; ///< of |update| / |weight|, by the upper half of their bits
};

/// Nearest, ties to even, as FP32; infinite where it overflows.
float roundedToBf16(float value);
float roundedToFp16(float value);

} // namespace mantissa
