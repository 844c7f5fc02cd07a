// SPDX-License-Identifier: Apache-2.0
#include "core/torch/optim/adamw_kernel.h"

#include "core/torch/state/kernel_dispatch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// Built with -ffp-contract=off: every fused multiply-add below is written out, so all clones give equal bits.

namespace mantissa {

namespace {

inline float floatOf(std::uint32_t bits)
{
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline std::uint32_t bitsOf(float value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Nearest integer, ties to even, for |value| < 2^22: plain additions, so that every instruction set agrees.
inline float nearest(float value)
{
    constexpr float magic = 12582912.0f; // 1.5 * 2^23
    return (value + magic) - magic;
}

constexpr std::uint32_t withoutSign = 0x7FFFFFFFu;
constexpr std::uint32_t infinity = 0x7F800000u; // as bits; only NaN is above

struct FloatGradient {
    const float* at;
    float operator()(std::size_t i) const { return at[i]; }
};
struct Bf16Gradient {
    const std::uint16_t* at;
    float operator()(std::size_t i) const { return floatOf(static_cast<std::uint32_t>(at[i]) << 16); }
};

struct FloatWeights {
    float* value;
    float load(std::size_t i) const { return value[i]; }
    void store(std::size_t i, float weight) const { value[i] = weight; }
};
struct PairWeights {
    std::uint16_t* high;
    std::uint16_t* low;
    float load(std::size_t i) const
    {
        const std::uint32_t lo = low[i];
        return floatOf((static_cast<std::uint32_t>(high[i]) - (lo >> 15)) << 16 | lo);
    }
    void store(std::size_t i, float weight) const
    {
        const std::uint32_t bits = bitsOf(weight);
        low[i] = static_cast<std::uint16_t>(bits);
        high[i] = static_cast<std::uint16_t>((bits >> 16) + (bits >> 15 & 1u));
    }
};
struct RoundedWeights {
    std::uint16_t* high;
    float load(std::size_t i) const { return floatOf(static_cast<std::uint32_t>(high[i]) << 16); }
    void store(std::size_t i, float weight) const
    {
        const std::uint32_t bits = bitsOf(weight);
        high[i] = static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
    }
};
struct StochasticWeights {
    std::uint16_t* high;
    std::uint32_t noise;
    std::uint64_t first;
    float load(std::size_t i) const { return floatOf(static_cast<std::uint32_t>(high[i]) << 16); }
    void store(std::size_t i, float weight) const
    {
        const std::uint64_t element = first + i; // of the tensor: no thread or stretch has a say
        std::uint32_t random = static_cast<std::uint32_t>(element) * 0x9E3779B1u
            ^ static_cast<std::uint32_t>(element >> 32) * 0x7FEB352Du ^ noise;
        random = (random ^ random >> 16) * 0x85EBCA6Bu;
        random = (random ^ random >> 13) * 0xC2B2AE35u;
        high[i] = static_cast<std::uint16_t>((bitsOf(weight) + (random >> 16)) >> 16);
    }
};

template <class Weights, class Gradient>
inline __attribute__((always_inline)) bool updateFloat(Weights weights, float* __restrict m,
    float* __restrict v, Gradient gradient, std::size_t n, const AdamwScalars& s)
{
    std::uint32_t largest = 0; // of the new values without their signs, as integers
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
        const float g = gradient(i) * s.gradientScale;
        const float weight = weights.load(i) * s.decay;
        const float first = std::fma(s.oneMinusBeta1, g - m[i], m[i]);
        const float second = std::fma(s.oneMinusBeta2 * g, g, v[i] * s.beta2);
        const float denominator = std::sqrt(second) / s.rootCorrection + s.epsilon;
        m[i] = first;
        v[i] = second;
        const float updated = weight + (-s.stepSize * first) / denominator;
        largest = std::max(largest, bitsOf(updated) & withoutSign);
        weights.store(i, updated);
    }
    return largest < infinity;
}

/// m / mScale of an int8 moment: the companding's reverse. A table would need a gather, which is no faster
/// than the division.
inline float decodeM(std::int8_t q)
{
    const float y = static_cast<float>(q) * (1.0f / 127.0f);
    return y / (2.0f - std::fabs(y));
}

/// sqrt(v) / vScale of a uint8 one. Evenly spaced codes would leave a root of a hundredth of the largest with
/// an error of a fifth, and decay by beta2 could not move it; the root's own root keeps the error at 4 %
/// there. No leap comes of small roots: |m| stays below about 1.2 sqrt(v), so where a root is small m rounds
/// to 0.
inline float decodeRoot(std::uint8_t q)
{
    const float y = static_cast<float>(q) * (1.0f / 255.0f);
    return y * y;
}

template <class Weights, class Gradient>
inline __attribute__((always_inline)) bool updateInt8(
    const AdamwSlice& slice, Weights weights, Gradient gradient, const AdamwScalars& s)
{
    alignas(64) float first[momentBlock];
    alignas(64) float root[momentBlock];
    const float inverseCorrection = 1.0f / s.rootCorrection;
    std::uint32_t largest = 0;
    for (std::size_t begin = 0; begin < slice.n; begin += momentBlock) {
        const std::size_t count = std::min(momentBlock, slice.n - begin);
        std::int8_t* __restrict m8 = slice.m8 + begin;
        std::uint8_t* __restrict v8 = slice.v8 + begin;
        const float mScale = slice.mScale[begin / momentBlock];
        const float vScale = slice.vScale[begin / momentBlock];
#pragma GCC ivdep
        for (std::size_t i = 0; i < count; ++i) {
            const float g = gradient(begin + i) * s.gradientScale;
            const float m = decodeM(m8[i]) * mScale;
            const float r = decodeRoot(v8[i]) * vScale;
            const float f = std::fma(s.oneMinusBeta1, g - m, m);
            const float q = std::sqrt(std::fma(s.oneMinusBeta2 * g, g, r * r * s.beta2));
            const float weight = weights.load(begin + i) * s.decay;
            const float updated = weight + (-s.stepSize * f) / std::fma(q, inverseCorrection, s.epsilon);
            largest = std::max(largest, bitsOf(updated) & withoutSign);
            weights.store(begin + i, updated);
            first[i] = f;
            root[i] = q;
        }
        // the largest of each, in integers: their order is that of non-negative floats, and a maximum of
        // integers has no rounding
        std::uint32_t largestM = 0;
        std::uint32_t largestV = 0;
        for (std::size_t i = 0; i < count; ++i) {
            largestM = std::max(largestM, bitsOf(first[i]) & 0x7FFFFFFFu);
            largestV = std::max(largestV, bitsOf(root[i]));
        }
        const float mLargest = floatOf(largestM);
        const float vLargest = floatOf(largestV);
        slice.mScale[begin / momentBlock] = mLargest;
        slice.vScale[begin / momentBlock] = vLargest;
        const float toX = mLargest > 0 ? 1.0f / mLargest : 0.0f;
        const float toV = vLargest > 0 ? 1.0f / vLargest : 0.0f;
        const float leastV
            = vLargest > 0 ? 1.0f : 0.0f; // a root of 0 beside a moment that is not would make a leap
#pragma GCC ivdep
        for (std::size_t i = 0; i < count; ++i) {
            const float x = first[i] * toX;
            m8[i] = static_cast<std::int8_t>(static_cast<int>(nearest(254.0f * x / (1.0f + std::fabs(x)))));
            const float q = nearest(255.0f * std::sqrt(root[i] * toV));
            v8[i] = static_cast<std::uint8_t>(static_cast<int>(q > leastV ? q : leastV));
        }
    }
    return largest < infinity;
}

template <class Weights, class Gradient>
inline __attribute__((always_inline)) bool update(
    const AdamwSlice& slice, Weights weights, Gradient gradient, const AdamwScalars& s)
{
    return slice.m8 ? updateInt8(slice, weights, gradient, s)
                    : updateFloat(weights, slice.m, slice.v, gradient, slice.n, s);
}

template <class Gradient>
inline __attribute__((always_inline)) bool update(
    const AdamwSlice& slice, Gradient gradient, const AdamwScalars& s)
{
    if (slice.value)
        return update(slice, FloatWeights{slice.value}, gradient, s);
    if (slice.low)
        return update(slice, PairWeights{slice.high, slice.low}, gradient, s);
    if (slice.isStochastic)
        return update(slice,
            StochasticWeights{
                slice.high, static_cast<std::uint32_t>(slice.noise ^ slice.noise >> 32), slice.first},
            gradient, s);
    return update(slice, RoundedWeights{slice.high}, gradient, s);
}

} // namespace

AdamwScalars adamwScalars(double rate, double beta1, double beta2, double epsilon, double weightDecay,
    std::int64_t t, double gradientScale)
{
    const double correction1 = 1 - std::pow(beta1, static_cast<double>(t));
    const double correction2 = 1 - std::pow(beta2, static_cast<double>(t));
    return {.decay = static_cast<float>(1 - rate * weightDecay),
        .oneMinusBeta1 = static_cast<float>(1 - beta1),
        .beta2 = static_cast<float>(beta2),
        .oneMinusBeta2 = static_cast<float>(1 - beta2),
        .stepSize = static_cast<float>(rate / correction1),
        .rootCorrection = static_cast<float>(std::sqrt(correction2)),
        .epsilon = static_cast<float>(epsilon),
        .gradientScale = static_cast<float>(gradientScale)};
}

namespace {

struct UpdateAdamw {
    static inline __attribute__((always_inline)) bool run(
        const AdamwSlice& slice, const AdamwScalars& scalars)
    {
        return slice.gradient ? update(slice, FloatGradient{slice.gradient}, scalars)
                              : update(slice, Bf16Gradient{slice.gradient16}, scalars);
    }
};

} // namespace

bool updateAdamw(const AdamwSlice& slice, const AdamwScalars& scalars)
{
    return KernelVersions<UpdateAdamw>::run(slice, scalars);
}

void decodeMoments(const std::int8_t* m8, const std::uint8_t* v8, const float* mScale, const float* vScale,
    float* m, float* v, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        m[i] = decodeM(m8[i]) * mScale[i / momentBlock];
        const float root = decodeRoot(v8[i]) * vScale[i / momentBlock];
        v[i] = root * root;
    }
}

} // namespace mantissa
