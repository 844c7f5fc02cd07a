// SPDX-License-Identifier: Apache-2.0
// Learning rate of several runs over each other.

#include "core/output/charts/runs_lines.h"

#include <utility>

namespace mantissa {

namespace {

/// A rate holds until the next: no slope leads from one to the other.
void withCorners(std::vector<ChartPoint>& points)
{
    std::vector<ChartPoint> steps;
    for (const ChartPoint& point : points) {
        if (!steps.empty() && steps.back().y != point.y) {
            steps.push_back(steps.back());
            steps.back().x = point.x;
        }
        steps.push_back(point);
    }
    points = std::move(steps);
}

std::optional<ChartSpec> buildRunsRate(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Learning rate of runs",
        [&](const Repeats& repeats) { return rateOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Learning rate, as it stands at the end of each part";
    for (ChartMark& mark : spec.marks)
        withCorners(std::get<ChartSeries>(mark).points);
    spec.y = axisFromZero(spec);
    return spec;
}

} // namespace

ChartEntry runsRateChart()
{
    return {"runs-rate", "Learning rate of runs", "runs-rate", ChartNeed::SeveralRuns, buildRunsRate};
}

} // namespace mantissa
