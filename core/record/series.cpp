// SPDX-License-Identifier: Apache-2.0
#include "core/record/series.h"

#include <algorithm>
#include <bit>

namespace mantissa {

namespace {

static_assert(ColumnChunk::fineBlock == Series::fanOut
        && ColumnChunk::coarseBlock == Series::fanOut * Series::fanOut
        && ColumnChunk::capacity == ColumnChunk::coarseBlock * Series::fanOut,
    "the levels inside a chunk are the lowest ones of the pyramid");

constexpr int fanOutBits = 4;
static_assert(1 << fanOutBits == Series::fanOut);

/// Of the largest block of the pyramid that begins at `from` and ends in the range: the logarithm of its
/// size.
int largestBlockBits(std::int64_t from, std::int64_t to)
{
    const auto begin = static_cast<std::uint64_t>(from);
    const int fits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(to - from))) - 1;
    return std::min(from == 0 ? fits : std::countr_zero(begin), fits) / fanOutBits * fanOutBits;
}

} // namespace

void Series::append(double value)
{
    if (m_chunks.empty() || m_chunks.back().isFull())
        m_chunks.emplace_back();
    m_chunks.back().append(static_cast<float>(value));
    ++m_size;
    std::int64_t block = ColumnChunk::capacity;
    for (std::size_t level = 0; m_size % block == 0; ++level, block *= fanOut) {
        if (level == m_levels.size())
            m_levels.emplace_back();
        RangeSummary summary;
        if (level == 0)
            summary = m_chunks.back().whole();
        for (std::size_t part = 0; level > 0 && part < fanOut; ++part)
            summary = merge(summary, m_levels[level - 1][m_levels[level - 1].size() - fanOut + part]);
        m_levels[level].push_back(summary);
    }
}

void Series::truncate(std::int64_t size)
{
    size = std::max<std::int64_t>(0, size);
    if (size >= m_size)
        return;
    ++m_timesTruncated;
    const std::int64_t kept = size / ColumnChunk::capacity; // chunks that stay whole
    ColumnChunk cut;
    for (std::int64_t tick = kept * ColumnChunk::capacity; tick < size; ++tick)
        cut.append(at(tick));
    m_chunks.resize(static_cast<std::size_t>(kept));
    m_chunks.push_back(std::move(cut));
    m_size = size;
    std::int64_t block = ColumnChunk::capacity;
    for (auto& level : m_levels) {
        level.resize(static_cast<std::size_t>(size / block));
        block *= fanOut;
    }
}

RangeSummary Series::summaryOfBlock(std::int64_t from, int bits) const
{
    constexpr int chunkBits = 3 * fanOutBits;
    if (bits >= chunkBits)
        return m_levels[static_cast<std::size_t>((bits - chunkBits) / fanOutBits)]
                       [static_cast<std::size_t>(from >> bits)];
    const ColumnChunk& chunk = m_chunks[static_cast<std::size_t>(from >> chunkBits)];
    const std::int64_t inside = from & (ColumnChunk::capacity - 1);
    if (bits == 0)
        return rangeOf(chunk.at(inside));
    return bits == fanOutBits ? chunk.fine(inside >> bits) : chunk.coarse(inside >> bits);
}

RangeSummary Series::over(std::int64_t from, std::int64_t to) const
{
    from = std::max<std::int64_t>(from, 0);
    to = std::min(to, m_size);
    RangeSummary summary;
    while (from < to) {
        const int bits = largestBlockBits(from, to);
        summary = merge(summary, summaryOfBlock(from, bits));
        from += std::int64_t{1} << bits;
    }
    return summary;
}

std::int64_t Series::tickOfMost(std::int64_t from, std::int64_t to) const
{
    to = std::min(to, m_size);
    std::int64_t best = -1;
    float most = 0;
    int bestBits = 0;
    for (std::int64_t at = std::max<std::int64_t>(from, 0); at < to;) {
        const int bits = largestBlockBits(at, to);
        const RangeSummary summary = summaryOfBlock(at, bits);
        if (summary.count > 0 && (best < 0 || summary.most > most)) {
            best = at;
            most = summary.most;
            bestBits = bits;
        }
        at += std::int64_t{1} << bits;
    }
    while (best >= 0 && bestBits > 0) { // down the pyramid to the value itself
        bestBits -= fanOutBits;
        for (std::int64_t part = 0; part < fanOut; ++part, best += std::int64_t{1} << bestBits) {
            const RangeSummary summary = summaryOfBlock(best, bestBits);
            if (summary.count > 0 && summary.most == most)
                break;
        }
    }
    return best;
}

std::size_t Series::memoryBytes() const
{
    std::size_t bytes = (m_chunks.capacity() - m_chunks.size()) * sizeof(ColumnChunk);
    for (const ColumnChunk& chunk : m_chunks)
        bytes += chunk.memoryBytes();
    for (const auto& level : m_levels)
        bytes += level.capacity() * sizeof(RangeSummary);
    return bytes;
}

} // namespace mantissa
