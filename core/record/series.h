// SPDX-License-Identifier: Apache-2.0
#pragma once

// A column of numbers over ticks that answers "least, most and mean of a range" in time that follows pixels, not ticks.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mantissa {

/// What a range of a series holds. `count` says how many finite values went in; with 0 the rest means nothing.
struct RangeSummary {
    float least = 0;
    float most = 0;
    double sum = 0;
    std::int64_t count = 0;
    double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

/// Values and a pyramid of 16-fold summaries over them. NaN stands for "no value at this tick".
class Series {
public:
    void append(double value);
    /// Forgets ticks at and after `size`.
    void truncate(std::int64_t size);

    /// How often ticks were forgotten: who keeps something made of them starts over.
    std::int64_t timesTruncated() const { return m_timesTruncated; }

    std::int64_t size() const { return static_cast<std::int64_t>(m_values.size()); }
    float at(std::int64_t tick) const { return m_values[static_cast<std::size_t>(tick)]; }
    /// Over [from, to), clipped to what there is.
    RangeSummary over(std::int64_t from, std::int64_t to) const;
    /// The tick in [from, to) with the largest value (the first of equals); -1 when none is finite.
    std::int64_t tickOfMost(std::int64_t from, std::int64_t to) const;
    static constexpr std::int64_t fanOut = 16;
    std::size_t memoryBytes() const;

private:
    std::vector<float> m_values;
    std::vector<std::vector<RangeSummary>> m_levels; // m_levels[k] summarises fanOut^(k+1) values each; only full ones
    std::int64_t m_timesTruncated = 0;
};

} // namespace mantissa
