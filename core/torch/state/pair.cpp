// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/pair.h"

#include "core/torch/state/kernel_dispatch.h"

#include <bit>
#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mantissa {

namespace {

std::uint32_t bitsOf(float value) { return std::bit_cast<std::uint32_t>(value); }

constexpr std::size_t fp16Chunk = 16;

} // namespace

namespace {

struct SplitBf16 {
    static inline __attribute__((always_inline)) std::int64_t run(const float* __restrict from,
        std::uint16_t* __restrict high, std::uint16_t* __restrict low, std::size_t n)
    {
        std::uint32_t mismatches = 0;
        for (std::size_t i = 0; i < n; ++i) {
            std::uint32_t bits = 0;
            std::memcpy(&bits, from + i, sizeof bits);
            const auto lo = static_cast<std::uint16_t>(bits);
            const auto hi = static_cast<std::uint16_t>((bits >> 16) + (lo >> 15));
            high[i] = hi;
            low[i] = lo;
            const std::uint32_t back
                = static_cast<std::uint32_t>(static_cast<std::uint16_t>(hi - (lo >> 15))) << 16 | lo;
            mismatches += back != bits ? 1 : 0;
        }
        return mismatches;
    }
};

} // namespace

std::int64_t splitBf16(const float* from, std::uint16_t* high, std::uint16_t* low, std::size_t n)
{
    return KernelVersions<SplitBf16>::run(from, high, low, n);
}

namespace {

struct JoinBf16 {
    static inline __attribute__((always_inline)) std::int64_t run(const std::uint16_t* __restrict high,
        const std::uint16_t* __restrict low, float* __restrict to, std::size_t n)
    {
        std::uint32_t mismatches = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t lo = low[i];
            const std::uint32_t hi = high[i];
            const std::uint32_t bits = ((hi - (lo >> 15)) << 16) | lo;
            std::memcpy(to + i, &bits, sizeof bits);
            mismatches += (((bits >> 16) + (lo >> 15)) & 0xFFFFu) != hi ? 1 : 0;
        }
        return mismatches;
    }
};

} // namespace

std::int64_t joinBf16(const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n)
{
    return KernelVersions<JoinBf16>::run(high, low, to, n);
}

std::uint16_t halfBits(float value)
{
    const std::uint32_t bits = bitsOf(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) // NaN: keep the payload's top bits, quiet
        return static_cast<std::uint16_t>(sign | 0x7E00u | (magnitude >> 13 & 0x3FFu));
    if (magnitude >= 0x477FF000u) // 65,520 and more
        return static_cast<std::uint16_t>(sign | 0x7C00u);
    if (magnitude < 0x38800000u) { // below 2^-14: subnormal, by the FPU's own rounding of a shifted sum
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<std::uint16_t>(sign | (bitsOf(shifted) - bitsOf(0.5f)));
    }
    const std::uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

float halfValue(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = half >> 10 & 0x1Fu;
    const std::uint32_t fraction = half & 0x3FFu;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
        return std::bit_cast<float>(sign | bitsOf(magnitude));
    }
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000u | fraction << 13);
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

namespace {

#if defined(__x86_64__)
__attribute__((target("avx2,f16c"))) void toHalf(const float* from, std::uint16_t* high, float* back)
{
    for (std::size_t k = 0; k < fp16Chunk; k += 8) {
        const __m128i half
            = _mm256_cvtps_ph(_mm256_loadu_ps(from + k), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(high + k), half);
        _mm256_storeu_ps(back + k, _mm256_cvtph_ps(half));
    }
}

__attribute__((target("avx2,f16c"))) void fromHalf(const std::uint16_t* high, float* to)
{
    for (std::size_t k = 0; k < fp16Chunk; k += 8)
        _mm256_storeu_ps(
            to + k, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(high + k))));
}

bool hasHalfInstructions()
{
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c");
    return has;
}
#else
void toHalf(const float*, std::uint16_t*, float*) { }
void fromHalf(const std::uint16_t*, float*) { }
bool hasHalfInstructions() { return false; }
#endif

} // namespace

std::int64_t splitFp16(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    std::int64_t base, std::vector<PairEscape>& escapes)
{
    std::int64_t mismatches = 0;
    float back[fp16Chunk];
    for (std::size_t i = 0; i < n; i += fp16Chunk) {
        const std::size_t count = std::min(fp16Chunk, n - i);
        if (count == fp16Chunk && hasHalfInstructions()) {
            toHalf(from + i, high + i, back);
        } else {
            for (std::size_t k = 0; k < count; ++k) {
                high[i + k] = halfBits(from[i + k]);
                back[k] = halfValue(high[i + k]);
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t bits = bitsOf(from[i + k]);
            const auto difference = static_cast<std::int32_t>(bits - bitsOf(back[k]));
            const auto kept = static_cast<std::int16_t>(difference);
            low[i + k] = kept;
            if (kept != difference)
                escapes.push_back({base + static_cast<std::int64_t>(i + k), static_cast<std::int32_t>(bits)});
            else
                mismatches += bitsOf(halfValue(high[i + k]))
                        + static_cast<std::uint32_t>(static_cast<std::int32_t>(kept))
                    != bits;
        }
    }
    return mismatches;
}

void joinFp16(const std::uint16_t* high, const std::int16_t* low, float* to, std::size_t n)
{
    float values[fp16Chunk];
    for (std::size_t i = 0; i < n; i += fp16Chunk) {
        const std::size_t count = std::min(fp16Chunk, n - i);
        if (count == fp16Chunk && hasHalfInstructions())
            fromHalf(high + i, values);
        else
            for (std::size_t k = 0; k < count; ++k)
                values[k] = halfValue(high[i + k]);
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t bits
                = bitsOf(values[k]) + static_cast<std::uint32_t>(static_cast<std::int32_t>(low[i + k]));
            to[i + k] = std::bit_cast<float>(bits);
        }
    }
}

} // namespace mantissa
