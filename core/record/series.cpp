// SPDX-License-Identifier: Apache-2.0
#include "core/record/series.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

RangeSummary merge(const RangeSummary& a, const RangeSummary& b)
{
    if (a.count == 0)
        return b;
    if (b.count == 0)
        return a;
    return {std::min(a.least, b.least), std::max(a.most, b.most), a.sum + b.sum, a.count + b.count};
}

RangeSummary summaryOf(float value)
{
    return std::isfinite(value) ? RangeSummary{value, value, value, 1} : RangeSummary{};
}

} // namespace

void Series::append(double value)
{
    m_values.push_back(static_cast<float>(value));
    std::int64_t block = fanOut;
    for (std::size_t level = 0; size() % block == 0; ++level, block *= fanOut) {
        if (level == m_levels.size())
            m_levels.emplace_back();
        RangeSummary summary;
        for (std::int64_t i = 0; i < fanOut; ++i) {
            if (level == 0)
                summary = merge(summary, summaryOf(m_values[m_values.size() - static_cast<std::size_t>(fanOut - i)]));
            else
                summary = merge(summary, m_levels[level - 1][m_levels[level - 1].size() - static_cast<std::size_t>(fanOut - i)]);
        }
        m_levels[level].push_back(summary);
    }
}

void Series::truncate(std::int64_t size)
{
    size = std::max<std::int64_t>(0, size);
    if (size >= this->size())
        return;
    ++m_timesTruncated;
    m_values.resize(static_cast<std::size_t>(size));
    std::int64_t block = fanOut;
    for (auto& level : m_levels) {
        level.resize(static_cast<std::size_t>(size / block));
        block *= fanOut;
    }
}

RangeSummary Series::over(std::int64_t from, std::int64_t to) const
{
    from = std::max<std::int64_t>(from, 0);
    to = std::min(to, size());
    RangeSummary summary;
    while (from < to) {
        // the largest whole block that starts here and ends in the range
        std::int64_t block = 1;
        std::size_t level = 0;
        while (level < m_levels.size() && from % (block * fanOut) == 0 && from + block * fanOut <= to) {
            block *= fanOut;
            ++level;
        }
        summary = merge(summary,
            level == 0 ? summaryOf(m_values[static_cast<std::size_t>(from)])
                       : m_levels[level - 1][static_cast<std::size_t>(from / block)]);
        from += block;
    }
    return summary;
}

std::int64_t Series::tickOfMost(std::int64_t from, std::int64_t to) const
{
    from = std::max<std::int64_t>(from, 0);
    to = std::min(to, size());
    std::int64_t best = -1;
    float most = 0;
    std::int64_t bestBlock = 0;
    std::size_t bestLevel = 0;
    std::int64_t at = from;
    while (at < to) {
        std::int64_t block = 1;
        std::size_t level = 0;
        while (level < m_levels.size() && at % (block * fanOut) == 0 && at + block * fanOut <= to) {
            block *= fanOut;
            ++level;
        }
        const RangeSummary summary = level == 0 ? summaryOf(m_values[static_cast<std::size_t>(at)])
                                                : m_levels[level - 1][static_cast<std::size_t>(at / block)];
        if (summary.count > 0 && (best < 0 || summary.most > most)) {
            best = at;
            most = summary.most;
            bestBlock = block;
            bestLevel = level;
        }
        at += block;
    }
    // down the pyramid to the value itself
    while (best >= 0 && bestLevel > 0) {
        bestBlock /= fanOut;
        --bestLevel;
        for (std::int64_t i = 0; i < fanOut; ++i, best += bestBlock) {
            const RangeSummary summary = bestLevel == 0 ? summaryOf(m_values[static_cast<std::size_t>(best)])
                                                        : m_levels[bestLevel - 1][static_cast<std::size_t>(best / bestBlock)];
            if (summary.count > 0 && summary.most == most)
                break;
        }
    }
    return best;
}

std::size_t Series::memoryBytes() const
{
    std::size_t bytes = m_values.capacity() * sizeof(float);
    for (const auto& level : m_levels)
        bytes += level.capacity() * sizeof(RangeSummary);
    return bytes;
}

} // namespace mantissa
