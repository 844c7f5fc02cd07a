// SPDX-License-Identifier: Apache-2.0
#pragma once

// One weight as a pair: its FP32 bits <-> a 16-bit number and what is missing from it.
// core/torch/state/pair.h says what a pair is; its loops and the kernels of a card are made of these.

#include "core/torch/kernels/host_device.h"

namespace mantissa {

/// The BF16 number of a pair: the upper half, rounded half away from zero. In 32 bits like what follows, as
/// loops that mix widths make worse vectors.
MANTISSA_HOST_DEVICE std::uint32_t bf16High(std::uint32_t bits)
{
    return ((bits >> 16) + (bits >> 15 & 1u)) & 0xFFFFu;
}

/// What is missing from it.
MANTISSA_HOST_DEVICE std::uint32_t bf16Low(std::uint32_t bits) { return bits & 0xFFFFu; }

/// The FP32 bits that a pair stands for.
MANTISSA_HOST_DEVICE std::uint32_t joinedBf16(std::uint32_t high, std::uint32_t low)
{
    return (high - (low >> 15)) << 16 | low;
}

/// Whether the pair that was joined to `bits` splits into itself again, as all do unless we are wrong.
MANTISSA_HOST_DEVICE bool splitsAgainBf16(std::uint32_t bits, std::uint32_t high, std::uint32_t low)
{
    return (((bits >> 16) + (low >> 15)) & 0xFFFFu) == high;
}

/// The BF16 number as FP32.
MANTISSA_HOST_DEVICE float bf16Value(std::uint16_t bits)
{
    return floatOf(static_cast<std::uint32_t>(bits) << 16);
}

/// IEEE half precision from FP32, to nearest, ties to even, in plain code.
MANTISSA_HOST_DEVICE std::uint16_t halfBits(float value)
{
    const std::uint32_t bits = bitsOf(value);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) // NaN: keep the payload's top bits, quiet
        return static_cast<std::uint16_t>(sign | 0x7E00u | (magnitude >> 13 & 0x3FFu));
    if (magnitude >= 0x477FF000u) // 65,520 and more
        return static_cast<std::uint16_t>(sign | 0x7C00u);
    if (magnitude < 0x38800000u) { // below 2^-14: subnormal, by the FPU's own rounding of a shifted sum
        const float shifted = floatOf(magnitude) + 0.5f;
        return static_cast<std::uint16_t>(sign | (bitsOf(shifted) - bitsOf(0.5f)));
    }
    const std::uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

/// Choices instead of branches and one width, so that loops of it become vectors.
MANTISSA_HOST_DEVICE float halfValue(std::uint32_t half)
{
    const std::uint32_t sign = (half & 0x8000u) << 16;
    const std::uint32_t exponent = half >> 10 & 0x1Fu;
    const std::uint32_t fraction = half & 0x3FFu;
    const std::uint32_t subnormal
        = bitsOf(static_cast<float>(static_cast<std::int32_t>(fraction)) * 0x1p-24f);
    const std::uint32_t moved = exponent == 31 ? 255u : exponent + 112; // infinities and NaN stay such
    return floatOf(sign | (exponent == 0 ? subnormal : moved << 23 | fraction << 13));
}

/// What an FP16 number leaves of a weight. `value` is that of the number: halfValue() of it, or what the
/// processor's instruction says. Rests as int16; where it does not fit, an escape keeps the weight.
MANTISSA_HOST_DEVICE std::int32_t halfRemainder(std::uint32_t bits, float value)
{
    return static_cast<std::int32_t>(bits - bitsOf(value));
}

/// 1 where the remainder does not fit into 16 bits.
MANTISSA_HOST_DEVICE std::uint32_t escapesFromHalf(std::int32_t remainder)
{
    return static_cast<std::uint32_t>(remainder) + 0x8000u > 0xFFFFu ? 1 : 0;
}

/// The FP32 bits of an FP16 number's value and its remainder.
MANTISSA_HOST_DEVICE std::uint32_t joinedFp16(float value, std::int32_t remainder)
{
    return bitsOf(value) + static_cast<std::uint32_t>(remainder);
}

} // namespace mantissa
