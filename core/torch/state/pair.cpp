// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/pair.h"

#include "core/torch/kernels/pair_element.h"
#include "core/torch/state/kernel_dispatch.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mantissa {

namespace {

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
            const std::uint32_t hi = bf16High(bits);
            const std::uint32_t lo = bf16Low(bits);
            high[i] = static_cast<std::uint16_t>(hi);
            low[i] = static_cast<std::uint16_t>(lo);
            mismatches += joinedBf16(hi, lo) != bits ? 1 : 0;
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
            const std::uint32_t hi = high[i];
            const std::uint32_t lo = low[i];
            const std::uint32_t bits = joinedBf16(hi, lo);
            std::memcpy(to + i, &bits, sizeof bits);
            mismatches += splitsAgainBf16(bits, hi, lo) ? 0 : 1;
        }
        return mismatches;
    }
};

} // namespace

std::int64_t joinBf16(const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n)
{
    return KernelVersions<JoinBf16>::run(high, low, to, n);
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

struct ChunkFinding {
    std::uint32_t mismatches = 0;
    std::uint32_t escapes = 0;
};

/// What FP16 numbers leave of the elements of a chunk. Escapes are rare, so that the loop over all only
/// counts them.
inline __attribute__((always_inline)) ChunkFinding leaveRemainders(const float* __restrict from,
    const std::uint16_t* __restrict high, const float* __restrict back, std::int16_t* __restrict low,
    std::size_t count)
{
    ChunkFinding found;
    std::uint32_t wide[fp16Chunk]; // one width in the loop, for its vectors
    std::int32_t rests[fp16Chunk];
    for (std::size_t k = 0; k < count; ++k)
        wide[k] = high[k];
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t bits = bitsOf(from[k]);
        const std::int32_t rest = halfRemainder(bits, back[k]);
        rests[k] = rest;
        const std::uint32_t escapes = escapesFromHalf(rest);
        found.escapes += escapes;
        found.mismatches += (1 - escapes) & (joinedFp16(halfValue(wide[k]), rest) != bits ? 1u : 0u);
    }
    for (std::size_t k = 0; k < count; ++k)
        low[k] = static_cast<std::int16_t>(rests[k]);
    return found;
}

} // namespace

std::int64_t splitFp16(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    std::int64_t base, std::vector<PairEscape>& escapes)
{
    std::int64_t mismatches = 0;
    float back[fp16Chunk];
    for (std::size_t i = 0; i < n; i += fp16Chunk) {
        const std::size_t count = std::min(fp16Chunk, n - i);
        ChunkFinding found;
        if (count == fp16Chunk && hasHalfInstructions()) {
            toHalf(from + i, high + i, back);
            found = leaveRemainders(from + i, high + i, back, low + i, fp16Chunk);
        } else {
            for (std::size_t k = 0; k < count; ++k) {
                high[i + k] = halfBits(from[i + k]);
                back[k] = halfValue(high[i + k]);
            }
            found = leaveRemainders(from + i, high + i, back, low + i, count);
        }
        mismatches += found.mismatches;
        for (std::size_t k = 0; found.escapes > 0 && k < count; ++k) {
            const std::uint32_t bits = bitsOf(from[i + k]);
            if (escapesFromHalf(halfRemainder(bits, back[k])))
                escapes.push_back({base + static_cast<std::int64_t>(i + k), static_cast<std::int32_t>(bits)});
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
        for (std::size_t k = 0; k < count; ++k)
            to[i + k] = floatOf(joinedFp16(values[k], low[i + k]));
    }
}

} // namespace mantissa
