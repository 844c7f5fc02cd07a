// SPDX-License-Identifier: Apache-2.0
#pragma once

// What charts that lay runs over each other share: the lines, one for each group of repeats, and their axes.

#include "core/output/chart_registry.h"

#include <functional>

namespace mantissa {

/// Parts of a line, at most.
constexpr int partsOfLine = 400;

/// A chart with a line for each group of repeats among the input's runs, as `pointsOf` has it; without y
/// axis.
ChartSpec linesOfRuns(const ChartInput& input, const std::string& title,
    const std::function<std::vector<OverlayPoint>(const Repeats&)>& pointsOf);
/// From the least to the most of all lines' points and bands; 0 to 1 where there are none.
std::pair<double, double> reachOf(const ChartSpec& spec);
/// The y axis of the lines that are there: around them, or from zero.
ChartAxis axisAround(const ChartSpec& spec);
ChartAxis axisFromZero(const ChartSpec& spec);

} // namespace mantissa
