// SPDX-License-Identifier: Apache-2.0
#pragma once

// 16-bit numbers as their bits: to FP32 exactly, from FP32 rounded to nearest, ties to even (IEEE 754).

#include <bit>
#include <cmath>
#include <cstdint>

namespace mantissa {

inline float floatOfBf16(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

inline std::uint16_t bf16Of(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value))
        return static_cast<std::uint16_t>((bits >> 16U) | 0x40U); // stays one, and quiet
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

inline float floatOfFp16(std::uint16_t bits)
{
    const std::uint32_t sign = (bits & 0x8000U) << 16U;
    const std::uint32_t exponent = (bits >> 10U) & 0x1FU;
    const std::uint32_t fraction = bits & 0x3FFU;
    if (exponent == 0) { // zero and subnormal numbers: fraction times 2^-24
        const float value = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -value : value;
    }
    if (exponent == 0x1FU)
        return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13U));
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (fraction << 13U));
}

/// Infinite from 65520 on.
inline std::uint16_t fp16Of(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16U) & 0x8000U;
    const std::uint32_t size = bits & 0x7FFFFFFFU;
    if (size > 0x7F800000U)
        return static_cast<std::uint16_t>(sign | 0x7E00U); // NaN
    if (size >= 0x47800000U) // 65536 and more
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (size < 0x38800000U) // below 2^-14: a multiple of 2^-24
        return static_cast<std::uint16_t>(
            sign | static_cast<std::uint32_t>(std::nearbyintf(std::bit_cast<float>(size) * 0x1p24F)));
    const std::uint32_t shifted = size - (112U << 23U);
    return static_cast<std::uint16_t>(sign | ((shifted + 0xFFFU + ((shifted >> 13U) & 1U)) >> 13U));
}

} // namespace mantissa
