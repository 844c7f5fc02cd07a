// SPDX-License-Identifier: Apache-2.0
#pragma once

// Vectors of FP32 for kernels that are compiled once for each instruction set. MANTISSA_SET names the set
// and the namespace that all of it lies in: two files never share a function that was compiled for different
// processors. For the same reason nothing of the standard library is called here. No LibTorch.

#include "core/torch/kernels/cpu/cpu_kernels.h"

#include <cstdint>
#include <cstring>
#include <immintrin.h>

#define MANTISSA_INLINE static inline __attribute__((always_inline))

namespace mantissa::MANTISSA_SET {

#if defined(__AVX512F__)
constexpr long lanes = 16;
#else
constexpr long lanes = 8;
#endif

typedef float Vec __attribute__((vector_size(4 * lanes)));
typedef std::uint32_t Bits __attribute__((vector_size(4 * lanes)));
typedef std::int32_t Ints __attribute__((vector_size(4 * lanes)));

/// Numbers of 16 bits in memory. They are types of their own, so that a load knows what it reads.
struct Bf16 {
    std::uint16_t bits;
};
struct Fp16 {
    std::uint16_t bits;
};

MANTISSA_INLINE long least(long a, long b) { return a < b ? a : b; }
MANTISSA_INLINE long most(long a, long b) { return a > b ? a : b; }
MANTISSA_INLINE long roundUp(long n, long to) { return (n + to - 1) / to * to; }

MANTISSA_INLINE Vec splat(float x) { return x - Vec{}; }
MANTISSA_INLINE Ints iota()
{
#if defined(__AVX512F__)
    return Ints{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#else
    return Ints{0, 1, 2, 3, 4, 5, 6, 7};
#endif
}

MANTISSA_INLINE Vec load(const float* from)
{
    Vec v;
    std::memcpy(&v, from, sizeof v);
    return v;
}
MANTISSA_INLINE Vec load(const Bf16* from)
{
#if defined(__AVX512F__)
    const auto wide = (Bits)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)from));
#else
    const auto wide = (Bits)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)from));
#endif
    return (Vec)(wide << 16);
}
MANTISSA_INLINE Vec load(const Fp16* from)
{
#if defined(__AVX512F__)
    return (Vec)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)from));
#else
    return (Vec)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)from));
#endif
}

/// The nearest numbers, ties to even; a NaN stays one.
MANTISSA_INLINE Bits nearestBf16(Vec x)
{
    const Bits bits = (Bits)x;
    const Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const Bits isNan = (Bits)(x != x);
    return (isNan & 0x7fc0) | (~isNan & rounded);
}

MANTISSA_INLINE void store(float* to, Vec v) { std::memcpy(to, &v, sizeof v); }
MANTISSA_INLINE void store(Bf16* to, Vec v)
{
#if defined(__AVX512F__)
    _mm256_storeu_si256((__m256i*)to, _mm512_cvtepi32_epi16((__m512i)nearestBf16(v)));
#else
    const __m256i words = (__m256i)nearestBf16(v);
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(words, words), 0x08);
    _mm_storeu_si128((__m128i*)to, _mm256_castsi256_si128(packed));
#endif
}
MANTISSA_INLINE void store(Fp16* to, Vec v)
{
#if defined(__AVX512F__)
    _mm256_storeu_si256((__m256i*)to, _mm512_cvtps_ph((__m512)v, _MM_FROUND_TO_NEAREST_INT));
#else
    _mm_storeu_si128((__m128i*)to, _mm256_cvtps_ph((__m256)v, _MM_FROUND_TO_NEAREST_INT));
#endif
}

/// The first `n` lanes, the others 0.
template <class T> MANTISSA_INLINE Vec loadFirst(const T* from, long n)
{
    T part[lanes] = {};
    for (long i = 0; i < n; ++i)
        part[i] = from[i];
    return load(part);
}
template <class T> MANTISSA_INLINE void storeFirst(T* to, Vec v, long n)
{
    T part[lanes];
    store(part, v);
    for (long i = 0; i < n; ++i)
        to[i] = part[i];
}

MANTISSA_INLINE float sumOf(Vec v)
{
    float sum = 0;
    for (long i = 0; i < lanes; ++i)
        sum += v[i];
    return sum;
}
/// NaN where x is: the comparison with it is false.
MANTISSA_INLINE Vec atLeast(Vec x, float low) { return x < splat(low) ? splat(low) : x; }
MANTISSA_INLINE Vec atMost(Vec x, float high) { return x > splat(high) ? splat(high) : x; }
MANTISSA_INLINE Vec larger(Vec a, Vec b) { return a > b ? a : b; }
MANTISSA_INLINE float largestOf(Vec v)
{
    float result = v[0];
    for (long i = 1; i < lanes; ++i)
        result = v[i] > result ? v[i] : result;
    return result;
}

/// e^x to about one unit in the last place: 0 below -104, inf above 89, NaN of NaN.
MANTISSA_INLINE Vec exponential(Vec x)
{
    const Vec bounded = atMost(atLeast(x, -104.0F), 89.0F);
    const Vec scaled = bounded * 1.44269504F;
#if defined(__AVX512F__)
    const Vec whole
        = (Vec)_mm512_roundscale_ps((__m512)scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#else
    const Vec whole = (Vec)_mm256_round_ps((__m256)scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#endif
    const Vec rest = (bounded - whole * 0.693359375F) + whole * 2.12194440e-4F; // ln 2 in two parts
    Vec sum = rest * 1.98412698e-4F + 1.38888889e-3F;
    sum = sum * rest + 8.33333333e-3F;
    sum = sum * rest + 4.16666667e-2F;
    sum = sum * rest + 1.66666667e-1F;
    sum = sum * rest + 0.5F;
    sum = sum * rest + 1.0F;
    sum = sum * rest + 1.0F;
#if defined(__AVX512F__)
    return (Vec)_mm512_scalef_ps((__m512)sum, (__m512)whole);
#else
    // 2^n in two factors, since n may lie beyond what an exponent holds; of a NaN they do not matter
    const Ints n = (Ints)_mm256_cvtps_epi32((__m256)whole);
    const Ints half = n >> 1;
    return sum * (Vec)((half + 127) << 23) * (Vec)((n - half + 127) << 23);
#endif
}

/// One of the steps that make rows columns: pairs of rows change halves of every 2 x step lanes.
template <long step> MANTISSA_INLINE void exchange(Bits* rows)
{
    Ints low{};
    Ints high{};
    for (long lane = 0; lane < lanes; ++lane) {
        const bool isFirst = (lane & step) == 0;
        low[lane] = static_cast<int>(isFirst ? lane : lanes + lane - step);
        high[lane] = static_cast<int>(isFirst ? lane + step : lanes + lane);
    }
    for (long row = 0; row < lanes; ++row) {
        if (row & step)
            continue;
        const Bits a = rows[row];
        const Bits b = rows[row + step];
        rows[row] = __builtin_shuffle(a, b, low);
        rows[row + step] = __builtin_shuffle(a, b, high);
    }
}

/// Of a square of numbers of 32 bits: to[column][row] = from[row][column]; both steps in such numbers.
MANTISSA_INLINE void transposeSquare(const void* from, long rowStep, void* to, long outStep)
{
    Bits rows[lanes];
    for (long i = 0; i < lanes; ++i)
        std::memcpy(&rows[i], static_cast<const std::uint32_t*>(from) + i * rowStep, sizeof(Bits));
    exchange<1>(rows);
    exchange<2>(rows);
    exchange<4>(rows);
#if defined(__AVX512F__)
    exchange<8>(rows);
#endif
    for (long i = 0; i < lanes; ++i)
        std::memcpy(static_cast<std::uint32_t*>(to) + i * outStep, &rows[i], sizeof(Bits));
}

} // namespace mantissa::MANTISSA_SET
