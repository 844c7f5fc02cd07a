// SPDX-License-Identifier: Apache-2.0
// Throughput of several runs over each other.

#include "core/output/charts/runs_lines.h"

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsSpeed(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Throughput of runs",
        [&](const Repeats& repeats) { return speedOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Tokens or images trained a second, of each part";
    spec.y = axisFromZero(spec);
    return spec;
}

} // namespace

ChartEntry runsSpeedChart()
{
    return {"runs-speed", "Throughput of runs", "runs-speed", ChartNeed::SeveralRuns, buildRunsSpeed};
}

} // namespace mantissa
