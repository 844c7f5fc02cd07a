// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The name of each line at its right end, beside a piece of the line itself; moved apart where lines end
// together.

#include <QString>

#include <vector>

class QChart;
class QXYSeries;

namespace mantissa::ui {

struct EndLabel {
    QXYSeries* line = nullptr; ///< of the chart; with at least one point
    QString title;
};

/// Makes room at the right of the chart and keeps the labels at the lines' ends when it is resized.
void labelLineEnds(QChart* chart, const std::vector<EndLabel>& labels);

/// Heights near the wanted ones, in their order, `apart` from each other and inside [low, high] as far as
/// there is room.
std::vector<double> spreadApart(const std::vector<double>& wanted, double apart, double low, double high);

} // namespace mantissa::ui
