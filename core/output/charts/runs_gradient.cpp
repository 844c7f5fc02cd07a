// SPDX-License-Identifier: Apache-2.0
// Gradient norm of several runs over each other: the mean of each part.

#include "core/output/charts/runs_lines.h"

#include <algorithm>

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsGradient(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Gradient norm of runs",
        [&](const Repeats& repeats) { return gradientOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Gradient norm, the mean of each part";
    const auto [low, high] = reachOf(spec);
    const double top = 1.08 * (high > 0 ? high : 1);
    spec.y = {std::min(0.0, low), top, niceTicks(std::min(0.0, low), top, 6), {}, true};
    return spec;
}

} // namespace

ChartEntry runsGradientChart()
{
    return {"runs-gradient", translatable("Chart", "Gradient norm of runs"), "runs-gradient",
        ChartNeed::SeveralRuns, buildRunsGradient};
}

} // namespace mantissa
