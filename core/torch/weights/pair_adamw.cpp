// SPDX-License-Identifier: Apache-2.0
#include "core/torch/weights/pair_adamw.h"

#include <cmath>
#include <cstring>

// Built with -ffp-contract=off: every fused multiply-add below is written out, so all clones give equal bits.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MANTISSA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MANTISSA_CLONES
#endif

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

inline float gradientAt(const float* gradient, std::size_t i) { return gradient[i]; }
inline float gradientAt(const std::uint16_t* gradient, std::size_t i)
{
    return floatOf(static_cast<std::uint32_t>(gradient[i]) << 16);
}

template <class Gradient>
inline __attribute__((always_inline)) void update(std::uint16_t* __restrict high, std::uint16_t* __restrict low,
    float* __restrict m, float* __restrict v, const Gradient* __restrict gradient, std::size_t n, const AdamwScalars& s)
{
    for (std::size_t i = 0; i < n; ++i) {
        const float g = gradientAt(gradient, i) * s.gradientScale;
        const std::uint32_t lo = low[i];
        const std::uint32_t joined = (static_cast<std::uint32_t>(high[i]) - (lo >> 15)) << 16 | lo;
        float weight = floatOf(joined) * s.decay;
        const float first = std::fma(s.oneMinusBeta1, g - m[i], m[i]);
        const float second = std::fma(s.oneMinusBeta2 * g, g, v[i] * s.beta2);
        const float denominator = std::sqrt(second) / s.rootCorrection + s.epsilon;
        weight = weight + (-s.stepSize * first) / denominator;
        m[i] = first;
        v[i] = second;
        const std::uint32_t bits = bitsOf(weight);
        low[i] = static_cast<std::uint16_t>(bits);
        high[i] = static_cast<std::uint16_t>((bits >> 16) + (bits >> 15 & 1u));
    }
}

} // namespace

AdamwScalars adamwScalars(double rate, double beta1, double beta2, double epsilon, double weightDecay, std::int64_t t,
    double gradientScale)
{
    const double correction1 = 1 - std::pow(beta1, static_cast<double>(t));
    const double correction2 = 1 - std::pow(beta2, static_cast<double>(t));
    return {.decay = static_cast<float>(1 - rate * weightDecay), .oneMinusBeta1 = static_cast<float>(1 - beta1),
        .beta2 = static_cast<float>(beta2), .oneMinusBeta2 = static_cast<float>(1 - beta2),
        .stepSize = static_cast<float>(rate / correction1), .rootCorrection = static_cast<float>(std::sqrt(correction2)),
        .epsilon = static_cast<float>(epsilon), .gradientScale = static_cast<float>(gradientScale)};
}

MANTISSA_CLONES
void updatePairs(std::uint16_t* high, std::uint16_t* low, float* m, float* v, const float* gradient, std::size_t n,
    const AdamwScalars& scalars)
{
    update(high, low, m, v, gradient, n, scalars);
}

MANTISSA_CLONES
void updatePairs(std::uint16_t* high, std::uint16_t* low, float* m, float* v, const std::uint16_t* gradient, std::size_t n,
    const AdamwScalars& scalars)
{
    update(high, low, m, v, gradient, n, scalars);
}

} // namespace mantissa
