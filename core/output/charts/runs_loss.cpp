// SPDX-License-Identifier: Apache-2.0
// Training loss of several runs over each other: the mean of each part.

#include "core/output/charts/runs_lines.h"

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsLoss(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Training loss of runs",
        [&](const Repeats& repeats) { return lossOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Training loss, the mean of each part";
    spec.y = axisAround(spec);
    return spec;
}

} // namespace

ChartEntry runsLossChart()
{
    return {"runs-loss", "Training loss of runs", "runs-loss", ChartNeed::SeveralRuns, buildRunsLoss};
}

} // namespace mantissa
