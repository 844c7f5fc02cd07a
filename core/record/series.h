// SPDX-License-Identifier: Apache-2.0
#pragma once

// A column of numbers over ticks that answers "least, most and mean of a range" in time that follows pixels,
// not ticks.

#include "core/record/column_chunk.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mantissa {

/// Values in chunks, which never move once they are full, and a pyramid of 16-fold summaries over them. NaN
/// stands for "no value at this tick".
class Series {
public:
    void append(double value);
    /// Forgets ticks at and after `size`.
    void truncate(std::int64_t size);

    /// How often ticks were forgotten: who keeps something made of them starts over.
    std::int64_t timesTruncated() const { return m_timesTruncated; }

    std::int64_t size() const { return m_size; }
    float at(std::int64_t tick) const
    {
        return m_chunks[static_cast<std::size_t>(tick / ColumnChunk::capacity)].at(
            tick & (ColumnChunk::capacity - 1));
    }
    /// Over [from, to), clipped to what there is.
    RangeSummary over(std::int64_t from, std::int64_t to) const;
    /// The tick in [from, to) with the largest value (the first of equals); -1 when none is finite.
    std::int64_t tickOfMost(std::int64_t from, std::int64_t to) const;
    static constexpr std::int64_t fanOut = 16;
    std::size_t memoryBytes() const;

private:
    /// Of the 2^bits values, a power of fanOut, that begin at `from`, a multiple of it; they must be
    /// complete.
    RangeSummary summaryOfBlock(std::int64_t from, int bits) const;

    std::vector<ColumnChunk> m_chunks{}; // all full but the last
    std::vector<std::vector<RangeSummary>>
        m_levels{}; // m_levels[k]: of capacity * fanOut^k values each; only complete ones
    std::int64_t m_size = 0;
    std::int64_t m_timesTruncated = 0;
};

} // namespace mantissa
