// SPDX-License-Identifier: Apache-2.0
#pragma once

// The products of attention: small ones, by tiles that the registers hold, of FP32 numbers (Singles) or of
// BF16 pairs (Pairs), summed in FP32.

#include "core/torch/kernels/cpu/vector.h"

namespace mantissa::MANTISSA_SET {

namespace {

/// What lies in memory at 64 bytes, handed out one after the other; without memory it only counts.
class Carver {
public:
    explicit Carver(void* memory)
        : m_memory(static_cast<char*>(memory))
    {
    }
    template <class T> T* take(long n)
    {
        char* at = m_memory ? m_memory + m_used : nullptr;
        m_used += roundUp(n * static_cast<long>(sizeof(T)), 64);
        return reinterpret_cast<T*>(at);
    }
    long used() const { return m_used; }

private:
    char* m_memory;
    long m_used = 0;
};

/// Operands are FP32, one in a lane of 32 bits.
struct Singles {
    using Piece = float;
    static constexpr long group = 1; ///< pieces in a lane
    MANTISSA_INLINE void put(Piece* to, Vec v) { store(to, v); }
    MANTISSA_INLINE Vec add(Vec sum, const Piece* left, Vec right) { return sum + *left * right; }
};

#if defined(__AVX512BF16__)
/// Operands are BF16, two of them in a lane.
struct Pairs {
    using Piece = Bf16;
    static constexpr long group = 2;
    MANTISSA_INLINE void put(Piece* to, Vec v) { store(to, v); }
    MANTISSA_INLINE Vec add(Vec sum, const Piece* left, Vec right)
    {
        std::int32_t two;
        std::memcpy(&two, left, sizeof two);
        return (Vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32(two), (__m512bh)right);
    }
};
#endif

/// C [rows, 16 * columns] (+)= A [rows, inner lanes] B [inner lanes, columns].
template <class Form, long rows, long columns, bool adds>
MANTISSA_INLINE void multiplyTile(
    long inner, const typename Form::Piece* a, long aStep, const float* b, long bStep, float* c, long cStep)
{
    Vec sum[rows][columns];
    for (long i = 0; i < rows; ++i)
        for (long j = 0; j < columns; ++j)
            sum[i][j] = adds ? load(c + i * cStep + j * lanes) : Vec{};
    for (long k = 0; k < inner; ++k) {
        Vec right[columns];
        for (long j = 0; j < columns; ++j)
            right[j] = load(b + k * bStep + j * lanes);
        for (long i = 0; i < rows; ++i)
            for (long j = 0; j < columns; ++j)
                sum[i][j] = Form::add(sum[i][j], a + i * aStep + k * Form::group, right[j]);
    }
    for (long i = 0; i < rows; ++i)
        for (long j = 0; j < columns; ++j)
            store(c + i * cStep + j * lanes, sum[i][j]);
}

/// The same for any multiple of 8 rows and of `lanes` columns. `b` holds lanes, in FP32's or pairs' bits.
template <class Form, bool adds>
static void multiply(long rows, long columns, long inner, const typename Form::Piece* a, long aStep,
    const float* b, long bStep, float* c, long cStep)
{
    constexpr long wide = lanes == 16 ? 4 : 2; // vectors of a tile: what the registers hold
    long column = 0;
    for (; column + wide * lanes <= columns; column += wide * lanes)
        for (long row = 0; row < rows; row += 4)
            multiplyTile<Form, 4, wide, adds>(
                inner, a + row * aStep, aStep, b + column, bStep, c + row * cStep + column, cStep);
    for (; column < columns; column += lanes)
        for (long row = 0; row < rows; row += 8)
            multiplyTile<Form, 8, 1, adds>(
                inner, a + row * aStep, aStep, b + column, bStep, c + row * cStep + column, cStep);
}

} // namespace

} // namespace mantissa::MANTISSA_SET
