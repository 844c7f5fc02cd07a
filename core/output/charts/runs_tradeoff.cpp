// SPDX-License-Identifier: Apache-2.0
// Peak memory against the last quality delta, a dot for each run; a line joins those that no other beats in
// both.

#include "core/output/chart_registry.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::optional<ChartSpec> buildRunsTradeoff(const ChartInput& input)
{
    ChartSpec spec{.title = "Memory against quality",
        .description
        = "Peak device memory and the last quality delta of each run; a line joins those that no "
          "other beats in both"};
    const auto baselines = baselinesOf(input);
    double most = 1;
    double reach = 1.3 * claimedDeltaPercent;
    std::vector<Tradeoff> tradeoffs;
    std::vector<ChartMark> dots;
    for (std::size_t i = 0; i < input.runs.size(); ++i) {
        const auto deltas = qualityOverlay({input.runs[i].run}, baselines, {AxisUnit::Step});
        if (deltas.empty())
            continue;
        const auto bytes = static_cast<double>(input.runs[i].run->peakDeviceBytes());
        if (bytes == 0 || !std::isfinite(deltas.back().y))
            continue; // not known
        tradeoffs.push_back({bytes, deltas.back().y});
        const SeriesRuns of = runsOf(input, i);
        dots.emplace_back(ChartSeries{.role = roleOf(of),
            .shape = ChartSeries::Shape::Dots,
            .points = {{bytes, deltas.back().y}},
            .of = of});
        spec.legend.push_back({roleOf(of), input.runs[i].title});
        most = std::max(most, bytes);
        reach = std::max(reach, 1.2 * std::abs(deltas.back().y));
    }
    if (tradeoffs.empty()) {
        spec.emptyText = "no run has both a measured peak and a baseline to be compared with";
        return spec;
    }
    const std::vector<bool> best = nonDominated(tradeoffs);
    ChartSeries front{.role = "front"};
    for (std::size_t i = 0; i < tradeoffs.size(); ++i)
        if (best[i])
            front.points.push_back({tradeoffs[i].bytes, tradeoffs[i].deltaPercent});
    std::sort(front.points.begin(), front.points.end(),
        [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
    const double high = 1.15 * most;
    spec.x = {0, high, byteTicks(high, 5), "peak device memory"};
    spec.y = {-reach, reach, niceTicks(-reach, reach, 6, true), {}, true};
    spec.marks.emplace_back(std::move(front));
    spec.marks.insert(spec.marks.end(), dots.begin(), dots.end());
    return spec;
}

} // namespace

ChartEntry runsTradeoffChart()
{
    return {"runs-tradeoff", "Memory against quality", "runs-tradeoff", ChartNeed::SeveralRuns,
        buildRunsTradeoff};
}

} // namespace mantissa
