// SPDX-License-Identifier: Apache-2.0
#pragma once

// AdamW of one element: the forms in which weights and gradients rest, the update, and the codes of int8
// moments. The CPU's loops (core/torch/optim/adamw_kernel.cpp) and the kernels of a card
// (core/torch/cuda/adamw_kernels.cu) are made of these. Compile without contraction (-ffp-contract=off,
// -fmad=false): every fused multiply-add is written out, so both give equal bits for finite numbers.

#include "core/torch/kernels/pair_element.h"
#include "core/torch/optim/adamw_kernel.h"

#include <cmath>

namespace mantissa {

constexpr std::uint32_t withoutSign = 0x7FFFFFFFu;
constexpr std::uint32_t infinityBits = 0x7F800000u; // as bits; only NaN is above

struct FloatGradient {
    const float* at;
    MANTISSA_HOST_DEVICE float operator()(std::size_t i) const { return at[i]; }
};
struct Bf16Gradient {
    const std::uint16_t* at;
    MANTISSA_HOST_DEVICE float operator()(std::size_t i) const { return bf16Value(at[i]); }
};

struct FloatWeights {
    float* value;
    MANTISSA_HOST_DEVICE float load(std::size_t i) const { return value[i]; }
    MANTISSA_HOST_DEVICE void store(std::size_t i, float weight) const { value[i] = weight; }
};
struct PairWeights {
    std::uint16_t* high;
    std::uint16_t* low;
    MANTISSA_HOST_DEVICE float load(std::size_t i) const { return floatOf(joinedBf16(high[i], low[i])); }
    MANTISSA_HOST_DEVICE void store(std::size_t i, float weight) const
    {
        const std::uint32_t bits = bitsOf(weight);
        low[i] = static_cast<std::uint16_t>(bf16Low(bits));
        high[i] = static_cast<std::uint16_t>(bf16High(bits));
    }
};
struct RoundedWeights {
    std::uint16_t* high;
    MANTISSA_HOST_DEVICE float load(std::size_t i) const { return bf16Value(high[i]); }
    MANTISSA_HOST_DEVICE void store(std::size_t i, float weight) const
    {
        const std::uint32_t bits = bitsOf(weight);
        high[i] = static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
    }
};
struct StochasticWeights {
    std::uint16_t* high;
    std::uint32_t noise;
    std::uint64_t first;
    MANTISSA_HOST_DEVICE float load(std::size_t i) const { return bf16Value(high[i]); }
    MANTISSA_HOST_DEVICE void store(std::size_t i, float weight) const
    {
        const std::uint64_t element = first + i; // of the tensor: no thread or stretch has a say
        std::uint32_t random = static_cast<std::uint32_t>(element) * 0x9E3779B1u
            ^ static_cast<std::uint32_t>(element >> 32) * 0x7FEB352Du ^ noise;
        random = (random ^ random >> 16) * 0x85EBCA6Bu;
        random = (random ^ random >> 13) * 0xC2B2AE35u;
        high[i] = static_cast<std::uint16_t>((bitsOf(weight) + (random >> 16)) >> 16);
    }
};

/// The noise of a slice as StochasticWeights takes it.
MANTISSA_HOST_DEVICE std::uint32_t foldedNoise(std::uint64_t noise)
{
    return static_cast<std::uint32_t>(noise ^ noise >> 32);
}

struct FloatUpdate {
    float weight = 0;
    float m = 0;
    float v = 0;
};

MANTISSA_HOST_DEVICE FloatUpdate updatedElement(
    float weight, float m, float v, float gradient, const AdamwScalars& s)
{
    const float g = gradient * s.gradientScale;
    const float decayed = weight * s.decay;
    const float first = fmaf(s.oneMinusBeta1, g - m, m);
    const float second = fmaf(s.oneMinusBeta2 * g, g, v * s.beta2);
    const float denominator = sqrtf(second) / s.rootCorrection + s.epsilon;
    return {decayed + (-s.stepSize * first) / denominator, first, second};
}

/// m / mScale of an int8 moment: the companding's reverse. A table would need a gather, which is no faster
/// than the division.
MANTISSA_HOST_DEVICE float decodeM(std::int8_t q)
{
    const float y = static_cast<float>(q) * (1.0f / 127.0f);
    return y / (2.0f - fabsf(y));
}

/// sqrt(v) / vScale of a uint8 one. Evenly spaced codes would leave a root of a hundredth of the largest with
/// an error of a fifth, and decay by beta2 could not move it; the root's own root keeps the error at 4 %
/// there. No leap comes of small roots: |m| stays below about 1.2 sqrt(v), so where a root is small m rounds
/// to 0.
MANTISSA_HOST_DEVICE float decodeRoot(std::uint8_t q)
{
    const float y = static_cast<float>(q) * (1.0f / 255.0f);
    return y * y;
}

struct Int8Update {
    float weight = 0;
    float m = 0;
    float root = 0; ///< of the second moment
};

/// `m` and `root` are decoded and scaled; `inverseCorrection` is 1 / rootCorrection.
MANTISSA_HOST_DEVICE Int8Update updatedInt8(
    float weight, float m, float root, float gradient, const AdamwScalars& s, float inverseCorrection)
{
    const float g = gradient * s.gradientScale;
    const float first = fmaf(s.oneMinusBeta1, g - m, m);
    const float newRoot = sqrtf(fmaf(s.oneMinusBeta2 * g, g, root * root * s.beta2));
    const float decayed = weight * s.decay;
    return {decayed + (-s.stepSize * first) / fmaf(newRoot, inverseCorrection, s.epsilon), first, newRoot};
}

/// Nearest integer, ties to even, for |value| < 2^22: plain additions, so that every instruction set agrees.
MANTISSA_HOST_DEVICE float nearest(float value)
{
    constexpr float magic = 12582912.0f; // 1.5 * 2^23
    return (value + magic) - magic;
}

/// What the moments of a block are multiplied by before they are encoded.
MANTISSA_HOST_DEVICE float inverseScale(float largest) { return largest > 0 ? 1.0f / largest : 0.0f; }

MANTISSA_HOST_DEVICE std::int8_t encodeM(float m, float inverse)
{
    const float x = m * inverse;
    return static_cast<std::int8_t>(static_cast<int>(nearest(254.0f * x / (1.0f + fabsf(x)))));
}

/// The least code of a block that has any: a root of 0 beside a moment that is not would make a leap.
MANTISSA_HOST_DEVICE float leastRootCode(float largest) { return largest > 0 ? 1.0f : 0.0f; }

MANTISSA_HOST_DEVICE std::uint8_t encodeRoot(float root, float inverse, float least)
{
    const float q = nearest(255.0f * sqrtf(root * inverse));
    return static_cast<std::uint8_t>(static_cast<int>(q > least ? q : least));
}

} // namespace mantissa
