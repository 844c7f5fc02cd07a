// SPDX-License-Identifier: Apache-2.0
#pragma once

// How fast the pairs of a head turn with the position, in each of the ways that stretch a model's context
// (the kinds of transformers' modeling_rope_utils).

#include <cstdint>
#include <vector>

namespace mantissa {

enum class RotaryKind { Plain, Linear, Llama3, Yarn, LongRope };

struct RotaryForm {
    RotaryKind kind = RotaryKind::Plain;
    std::int64_t width = 0; ///< of each head, the first elements that turn; 0: none
    double base = 10000; ///< pair i turns by base^(-2i / width) a position
    double factor = 1; ///< by which the context was stretched
    double originalContext = 0; ///< positions, before it was stretched
    double low = 1; ///< Llama 3: low_freq_factor; Yarn: beta_slow
    double high = 4; ///< Llama 3: high_freq_factor; Yarn: beta_fast
    bool roundsOutward = true; ///< Yarn: the ends of its ramp are whole pairs
    double amplitude = 1; ///< of cosines and sines
    std::vector<double> shortFactors{}; ///< LongRope: of each pair, up to originalContext positions …
    std::vector<double> longFactors{}; ///< … and beyond
    bool keepsFp32 = false; ///< turns in FP32 and rounds once, instead of rounding cosines and sines first
};

} // namespace mantissa
