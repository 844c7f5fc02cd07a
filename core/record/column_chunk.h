// SPDX-License-Identifier: Apache-2.0
#pragma once

// Up to 4,096 numbers of a column with sums over 16 and 256 of them. Once full it takes the least room that
// keeps every bit: a value that never changes is kept once, up to 256 different ones as short codes into a
// palette.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mantissa {

/// What a range of a series holds. `count` says how many finite values went in; with 0 the rest means
/// nothing.
struct RangeSummary {
    float least = 0;
    float most = 0;
    double sum = 0;
    std::int64_t count = 0;
    double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

inline RangeSummary merge(const RangeSummary& a, const RangeSummary& b)
{
    if (a.count == 0)
        return b;
    if (b.count == 0)
        return a;
    return {std::min(a.least, b.least), std::max(a.most, b.most), a.sum + b.sum, a.count + b.count};
}

/// Of one value; nothing when it is not finite.
inline RangeSummary rangeOf(float value)
{
    return std::isfinite(value) ? RangeSummary{value, value, value, 1} : RangeSummary{};
}

class ColumnChunk {
public:
    static constexpr std::int64_t capacity = 4096;
    static constexpr std::int64_t fineBlock = 16;
    static constexpr std::int64_t coarseBlock = 256;

    /// Not once it is full.
    void append(float value);

    std::int64_t size() const { return m_size; }
    bool isFull() const { return m_size == capacity; }
    float at(std::int64_t i) const
    {
        const auto index = static_cast<std::size_t>(i);
        if (m_codeBits == rawBits)
            return m_values[index];
        const std::size_t bit = index * m_codeBits;
        return m_codeBits == 0 ? m_values[0]
                               : m_values[static_cast<std::size_t>(m_codes[bit / 8] >> bit % 8)
                                   & ((std::size_t{1} << m_codeBits) - 1)];
    }
    /// Of the n-th sixteen values; they must be complete. Its sum is rounded to FP32.
    RangeSummary fine(std::int64_t n) const;
    /// Of the n-th 256 values; they must be complete.
    RangeSummary coarse(std::int64_t n) const;
    /// Of all that is there.
    RangeSummary whole() const { return merge(m_openBlocks[2], merge(m_openBlocks[1], m_openBlocks[0])); }
    std::size_t memoryBytes() const;

private:
    struct Fine {
        float least = 0;
        float most = 0;
        float sum = 0;
    };
    static constexpr unsigned rawBits = 32;
    void seal();

    std::vector<float> m_values{}; // the values, or the palette once it is sealed
    std::vector<std::uint8_t> m_codes{};
    std::vector<Fine> m_fine{}; // none for a value that never changes
    std::vector<std::uint8_t> m_counts{}; // of finite values in each sixteen; none when all are
    std::vector<RangeSummary> m_coarse{};
    std::array<RangeSummary, 3>
        m_openBlocks{}; // what is not yet in m_fine, in m_coarse, and all before: sums in doubles stay exact
    std::int64_t m_size = 0;
    unsigned m_codeBits = rawBits; // 0, 1, 2, 4 or 8 once it is sealed with a palette
};

} // namespace mantissa
