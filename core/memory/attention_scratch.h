// SPDX-License-Identifier: Apache-2.0
#pragma once

// What our attention on the CPU needs for itself: each thread holds one pair of sample and key head. Counted
// here as the kernels carve it (core/torch/kernels/cpu/attention.cpp); a test holds the two together.

#include "core/base/instruction_set.h"

#include <algorithm>
#include <cstdint>

namespace mantissa {

/// Of one thread, in bytes. `width`: of a head; `elementBytes`: of the numbers in memory.
inline std::int64_t attentionScratchBytes(
    std::int64_t length, std::int64_t width, std::int64_t elementBytes, bool isBf16, bool isBackward)
{
    constexpr std::int64_t block = 64; // queries
    constexpr std::int64_t most = 512; // keys at once, backward
    constexpr std::int64_t floats = 4;
    const bool isPairs = isBf16 && usableInstructionSet() >= InstructionSet::Avx512Bf16;
    const std::int64_t lanes = usableInstructionSet() >= InstructionSet::Avx512 ? 16 : 8;
    const std::int64_t group = isPairs ? 2 : 1; // numbers in a lane
    const std::int64_t piece = isPairs ? 2 : floats;
    const auto up = [](std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; };
    const std::int64_t keys = up(length, block);
    const std::int64_t wide = up(width, lanes * group);
    const bool copies = piece != elementBytes || wide != width || keys != length;
    const std::int64_t matrix = keys * wide;
    const std::int64_t tile = block * wide;
    if (!isBackward)
        return 2 * matrix / group * floats + block * keys * (floats + piece) + tile * floats
            + (copies ? matrix * piece : 0);
    const std::int64_t stretch = std::min(most, keys);
    return matrix * piece + (copies ? 2 * matrix * piece : 0) + matrix / group * floats + 2 * matrix * floats
        + stretch * block * (2 * floats + 2 * piece + floats / group) + 2 * tile * floats
        + (copies ? 2 * tile * piece : 0) + 4 * tile / group * floats;
}

} // namespace mantissa
