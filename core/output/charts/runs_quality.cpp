// SPDX-License-Identifier: Apache-2.0
// Quality delta of several runs against the baseline, with the claimed band.

#include "core/output/charts/runs_lines.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsQuality(const ChartInput& input)
{
    const auto baselines = baselinesOf(input);
    ChartSpec spec = linesOfRuns(input, "Quality delta of runs",
        [&](const Repeats& repeats) { return qualityOverlay(repeats, baselines, input.axis); });
    spec.description = "Evaluation loss difference from the baseline in percent; positive is worse";
    for (ChartMark& mark : spec.marks)
        std::get<ChartSeries>(mark).hasDots = true;
    const auto hasPoints = [](const ChartMark& mark) { return !std::get<ChartSeries>(mark).points.empty(); };
    double reach = 1.3 * claimedDeltaPercent;
    if (std::any_of(spec.marks.begin(), spec.marks.end(), hasPoints)) {
        const auto [low, high] = reachOf(spec);
        reach = std::max({reach, 1.15 * std::abs(low), 1.15 * std::abs(high)});
    }
    spec.y = {-reach, reach, niceTicks(-reach, reach, 6, true), {}, true};
    spec.ground.emplace_back(
        ChartBars{{{0, spec.x.high, -claimedDeltaPercent, claimedDeltaPercent, "claim", {}}}});
    return spec;
}

} // namespace

ChartEntry runsQualityChart()
{
    return {"runs-quality", translatable("Chart", "Quality delta of runs"), "runs-quality",
        ChartNeed::SeveralRuns, buildRunsQuality};
}

} // namespace mantissa
