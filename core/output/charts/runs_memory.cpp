// SPDX-License-Identifier: Apache-2.0
// Device memory of several runs over each other: the largest in each part.

#include "core/output/charts/runs_lines.h"

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsMemory(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Device memory of runs",
        [&](const Repeats& repeats) { return memoryOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Measured device bytes, the largest in each part";
    const double high = 1.08 * reachOf(spec).second;
    spec.y = {0, high, byteTicks(high, 5), {}, true};
    return spec;
}

} // namespace

ChartEntry runsMemoryChart()
{
    return {"runs-memory", "Device memory of runs", "runs-memory", ChartNeed::SeveralRuns, buildRunsMemory};
}

} // namespace mantissa
