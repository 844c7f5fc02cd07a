// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/random_values.h"

#include "core/torch/state/kernel_dispatch.h"

#include <cmath>
#include <cstring>

namespace mantissa {

namespace {

inline __attribute__((always_inline)) std::uint32_t mixed(std::uint32_t x) // MurmurHash3's finaliser
{
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return x ^ x >> 16;
}

/// In (-1, 1), odd multiples of 2^-23: exact in FP32, never 0 nor 1.
inline __attribute__((always_inline)) float unit(std::uint32_t index, std::uint32_t low, std::uint32_t high)
{
    const std::uint32_t bits = mixed(mixed(index ^ low) + high) >> 9;
    return (static_cast<float>(static_cast<std::int32_t>(2 * bits + 1)) - 8388608.0f) * 0x1p-23f;
}

/// Natural logarithm of a normal number in (0, 1]: exponent, and the series of artanh on [sqrt(1/2),
/// sqrt(2)).
inline __attribute__((always_inline)) float logarithm(float x)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    const std::uint32_t shifted = bits - 0x3F3504F3u; // sqrt(1/2)
    const auto exponent = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
    const std::uint32_t mantissaBits = (shifted & 0x007FFFFFu) + 0x3F3504F3u;
    float m = 0;
    std::memcpy(&m, &mantissaBits, sizeof m);
    const float s = (m - 1.0f) / (m + 1.0f);
    const float q = s * s;
    const float series
        = 2.0f * s * (1.0f + q * (1.0f / 3.0f + q * (1.0f / 5.0f + q * (1.0f / 7.0f + q * (1.0f / 9.0f)))));
    return series + exponent * 0.69314718f;
}

inline __attribute__((always_inline)) float inverseError(float x)
{
    const float w = -logarithm((1.0f - x) * (1.0f + x));
    const float a = w - 2.5f;
    float near = 2.81022636e-08f;
    near = 3.43273939e-07f + near * a;
    near = -3.5233877e-06f + near * a;
    near = -4.39150654e-06f + near * a;
    near = 0.00021858087f + near * a;
    near = -0.00125372503f + near * a;
    near = -0.00417768164f + near * a;
    near = 0.246640727f + near * a;
    near = 1.50140941f + near * a;
    const float b = std::sqrt(w) - 3.0f;
    float far = -0.000200214257f;
    far = 0.000100950558f + far * b;
    far = 0.00134934322f + far * b;
    far = -0.00367342844f + far * b;
    far = 0.00573950773f + far * b;
    far = -0.0076224613f + far * b;
    far = 0.00943887047f + far * b;
    far = 1.00167406f + far * b;
    far = 2.83297682f + far * b;
    return (w < 5.0f ? near : far) * x;
}

/// Streams of stretches beyond 2^32 elements differ by their upper half.
inline std::uint32_t upper(std::uint64_t stream, std::uint64_t first)
{
    return static_cast<std::uint32_t>(stream >> 32) + static_cast<std::uint32_t>(first >> 32) * 0x9E3779B1u;
}

} // namespace

std::uint64_t randomStream(std::int64_t seed, std::string_view name)
{
    std::uint64_t hash = 0xCBF29CE484222325ull; // FNV-1a
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    hash ^= static_cast<std::uint64_t>(seed) + 0x9E3779B97F4A7C15ull; // then splitmix64's finaliser
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ull;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBull;
    return hash ^ (hash >> 31);
}

namespace {

struct FillNormal {
    static inline __attribute__((always_inline)) void run(
        float* __restrict to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale)
    {
        const auto low = static_cast<std::uint32_t>(stream);
        const std::uint32_t high = upper(stream, first);
        const auto begin = static_cast<std::uint32_t>(first);
        const float deviation = 1.41421356f * scale;
        for (std::size_t i = 0; i < n; ++i)
            to[i] = inverseError(unit(begin + static_cast<std::uint32_t>(i), low, high)) * deviation;
    }
};

} // namespace

void fillNormal(float* to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale)
{
    KernelVersions<FillNormal>::run(to, n, stream, first, scale);
}

namespace {

struct FillUniform {
    static inline __attribute__((always_inline)) void run(
        float* __restrict to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale)
    {
        const auto low = static_cast<std::uint32_t>(stream);
        const std::uint32_t high = upper(stream, first);
        const auto begin = static_cast<std::uint32_t>(first);
        for (std::size_t i = 0; i < n; ++i)
            to[i] = unit(begin + static_cast<std::uint32_t>(i), low, high) * scale;
    }
};

} // namespace

void fillUniform(float* to, std::size_t n, std::uint64_t stream, std::uint64_t first, float scale)
{
    KernelVersions<FillUniform>::run(to, n, stream, first, scale);
}

} // namespace mantissa
