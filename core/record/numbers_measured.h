// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the numbers of a model fare in each format, measured around an update: by group, a block's tensors of
// one kind. Definitions are those of docs/file-formats.md ("numbers"). Shares are 0–1 of what was looked at.

#include "core/precision/precision.h"
#include "core/precision/tier.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// Exponents by bin: bin i counts 2^(i + firstExponentBin) <= |x| < twice that; the first and the last take
/// what is beyond, zeros are left out.
constexpr int firstExponentBin = -48;
using ExponentHistogram = std::array<std::int64_t, 64>;

/// A part of a group's state as it is held now: its real format in memory, not what a plan says.
struct TensorsHeld {
    static constexpr std::string_view unknown = "unknown";
    std::string format{}; ///< "fp32", "bf16", "fp16", "int16", "int8", "int8, fp32" (a mixture); empty:
                          ///< there are none; "unknown": what was looked at does not say
    Tier tier = Tier::Device;
    std::int64_t bytes = 0;
};

/// What lies outside a format's normal range; NaN where nothing was looked at.
struct RangeShares {
    double overflow = 0; ///< larger than its largest number, or infinite once cast
    double subnormal = 0;
    double underflow = 0; ///< not zero, and zero once cast
};

/// Weights, updates and gradients as they would fare in one 16-bit format.
struct FormatStatistics {
    RangeShares weights{};
    RangeShares gradients{}; ///< before the loss scale
    double cancelled
        = 0; ///< updates that are not zero and leave the rounded weight as it is; NaN without any
    double effectiveDescent
        = 0; ///< <effective, intended update> / <intended, intended>: 1 is all of it; NaN without any
    double sqnrDecibels = 0; ///< signal to rounding noise of the weights; infinite where all are exact
};

struct NumberGroup {
    std::string name{}; ///< a path: "blocks.3.mlp"
    std::int64_t tensors = 0;
    std::int64_t elements = 0;
    TensorsHeld weights{};
    TensorsHeld remainder{}; ///< the exact low halves
    TensorsHeld moments{};
    std::int64_t sampled = 0; ///< elements looked at; all others below are of those
    std::optional<std::int64_t> nans{}; ///< weights that are NaN; nothing: an older log does not say
    std::optional<std::int64_t> infinities{};
    FormatStatistics bf16{};
    FormatStatistics fp16{};
    double updateRatioMedian
        = 0; ///< |update| / |weight|, of weights that are not zero; to 0.4 % of itself; NaN without any
    double updateRatioP99 = 0;
    std::int64_t zeroUpdates = 0;
    ExponentHistogram weightExponents{};
    ExponentHistogram gradientExponents{};
    ExponentHistogram updateExponents{};

    const FormatStatistics& in(Precision precision) const
    {
        return precision == Precision::Fp16 ? fp16 : bf16;
    }
};

/// The group of a tensor of this name: "transformer.h.3.mlp.c_fc.weight" is in "blocks.3.mlp".
std::string numberGroupOf(std::string_view tensor);

struct NumbersMeasured {
    std::int64_t tick = 0; ///< of the step that was measured
    std::int64_t step = 0;
    bool isExact = false; ///< every element; else every 64th
    double seconds = 0; ///< what measuring took
    std::vector<NumberGroup> groups{}; ///< in the order of the model
};

} // namespace mantissa
