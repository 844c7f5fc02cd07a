// SPDX-License-Identifier: Apache-2.0
#include "core/output/text_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mantissa {

namespace {

constexpr int eighths = 8;
constexpr std::array<const char*, eighths + 1> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// Eighths of a row that each column is high; 0: nothing there.
std::vector<int> heightsOf(const Series& series, TextChartSize size, double low, double high)
{
    std::vector<int> heights;
    const int most = size.rows * eighths;
    for (int column = 0; column < size.columns; ++column) {
        const std::int64_t from = series.size() * column / size.columns;
        const std::int64_t to = series.size() * (column + 1) / size.columns;
        const RangeSummary ticks = series.over(from, std::max(to, from + 1)); // fewer ticks than columns
        const double share = high > low ? (ticks.mean() - low) / (high - low) : 1;
        heights.push_back(
            ticks.count == 0 ? 0 : std::clamp(static_cast<int>(std::lround(share * most)), 1, most));
    }
    return heights;
}

} // namespace

std::vector<std::string> textChart(const Series& series, TextChartSize size, double low, double high)
{
    const std::vector<int> heights = heightsOf(series, size, low, high);
    std::vector<std::string> rows;
    for (int row = size.rows - 1; row >= 0; --row) {
        std::string& text = rows.emplace_back();
        for (const int height : heights)
            text += blocks[static_cast<std::size_t>(std::clamp(height - row * eighths, 0, eighths))];
    }
    return rows;
}

} // namespace mantissa
