// SPDX-License-Identifier: Apache-2.0
// Gradient norm of several runs over each other: the mean of each part.

#include "core/output/charts/runs_lines.h"

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsGradient(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Gradient norm of runs",
        [&](const Repeats& repeats) { return gradientOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Gradient norm, the mean of each part";
    spec.y = axisFromZero(spec);
    return spec;
}

} // namespace

ChartEntry runsGradientChart()
{
    return {
        "runs-gradient", "Gradient norm of runs", "runs-gradient", ChartNeed::SeveralRuns, buildRunsGradient};
}

} // namespace mantissa
