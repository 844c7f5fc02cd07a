// SPDX-License-Identifier: Apache-2.0
// Quality delta of several runs against the baseline, with the claimed band.

#include "core/output/charts/runs_lines.h"

#include <algorithm>

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
    double least = -1.3 * claimedDeltaPercent;
    double most = -least;
    if (std::any_of(spec.marks.begin(), spec.marks.end(), hasPoints)) {
        const auto [low, high] = reachOf(spec);
        const double room = 0.1 * (std::max(high, most) - std::min(low, least));
        least = std::min(least, low - room);
        most = std::max(most, high + room);
    }
    spec.y = {least, most, niceTicks(least, most, 6, true), {}, true};
    spec.ground.emplace_back(
        ChartBars{{{0, spec.x.high, -claimedDeltaPercent, claimedDeltaPercent, "claim", {}}}});
    return spec;
}

} // namespace

ChartEntry runsQualityChart()
{
    return {
        "runs-quality", "Quality delta of runs", "runs-quality", ChartNeed::SeveralRuns, buildRunsQuality};
}

} // namespace mantissa
