// SPDX-License-Identifier: Apache-2.0
#pragma once

// A series as text: columns of blocks, for terminals.

#include "core/record/series.h"

#include <string>
#include <vector>

namespace mantissa {

struct TextChartSize {
    int columns = 0;
    int rows = 0;
};

/// Rows from top to bottom, each of `columns` characters: a column shows the mean of its ticks, from `low` at
/// the foot to `high`, in eighths of a row. What has no value is left blank; what has one shows at least an
/// eighth.
std::vector<std::string> textChart(const Series& series, TextChartSize size, double low, double high);

} // namespace mantissa
