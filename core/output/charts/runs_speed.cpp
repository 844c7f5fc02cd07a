// SPDX-License-Identifier: Apache-2.0
// Throughput of several runs over each other.

#include "core/output/charts/runs_lines.h"

#include <algorithm>

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsSpeed(const ChartInput& input)
{
    ChartSpec spec = linesOfRuns(input, "Throughput of runs",
        [&](const Repeats& repeats) { return speedOverlay(repeats, input.axis, partsOfLine); });
    spec.description = "Tokens or images trained a second, of each part";
    const auto [low, high] = reachOf(spec);
    const double top = 1.08 * (high > 0 ? high : 1);
    spec.y = {std::min(0.0, low), top, niceTicks(std::min(0.0, low), top, 6), {}, true};
    return spec;
}

} // namespace

ChartEntry runsSpeedChart()
{
    return {"runs-speed", translatable("Chart", "Throughput of runs"), "runs-speed", ChartNeed::SeveralRuns,
        buildRunsSpeed};
}

} // namespace mantissa
