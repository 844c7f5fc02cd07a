// SPDX-License-Identifier: Apache-2.0
#include "core/torch/optim/adamw_kernel.h"

#include "core/torch/kernels/adamw_element.h"
#include "core/torch/state/kernel_dispatch.h"

#include <algorithm>
#include <cmath>

// Built with -ffp-contract=off: every fused multiply-add of an element is written out, so all clones give
// equal bits.

namespace mantissa {

namespace {

template <class Weights, class Gradient>
inline __attribute__((always_inline)) bool updateFloat(Weights weights, float* __restrict m,
    float* __restrict v, Gradient gradient, std::size_t n, const AdamwScalars& s)
{
    std::uint32_t largest = 0; // of the new values without their signs, as integers
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
        const FloatUpdate updated = updatedElement(weights.load(i), m[i], v[i], gradient(i), s);
        m[i] = updated.m;
        v[i] = updated.v;
        largest = std::max(largest, bitsOf(updated.weight) & withoutSign);
        weights.store(i, updated.weight);
    }
    return largest < infinityBits;
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
            const Int8Update updated = updatedInt8(weights.load(begin + i), decodeM(m8[i]) * mScale,
                decodeRoot(v8[i]) * vScale, gradient(begin + i), s, inverseCorrection);
            largest = std::max(largest, bitsOf(updated.weight) & withoutSign);
            weights.store(begin + i, updated.weight);
            first[i] = updated.m;
            root[i] = updated.root;
        }
        // the largest of each, in integers: their order is that of non-negative floats, and a maximum of
        // integers has no rounding
        std::uint32_t largestM = 0;
        std::uint32_t largestV = 0;
        for (std::size_t i = 0; i < count; ++i) {
            largestM = std::max(largestM, bitsOf(first[i]) & withoutSign);
            largestV = std::max(largestV, bitsOf(root[i]));
        }
        const float mLargest = floatOf(largestM);
        const float vLargest = floatOf(largestV);
        slice.mScale[begin / momentBlock] = mLargest;
        slice.vScale[begin / momentBlock] = vLargest;
        const float toX = inverseScale(mLargest);
        const float toV = inverseScale(vLargest);
        const float leastV = leastRootCode(vLargest);
#pragma GCC ivdep
        for (std::size_t i = 0; i < count; ++i) {
            m8[i] = encodeM(first[i], toX);
            v8[i] = encodeRoot(root[i], toV, leastV);
        }
    }
    return largest < infinityBits;
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
        return update(
            slice, StochasticWeights{slice.high, foldedNoise(slice.noise), slice.first}, gradient, s);
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
