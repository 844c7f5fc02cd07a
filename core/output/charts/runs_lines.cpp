// SPDX-License-Identifier: Apache-2.0
#include "core/output/charts/runs_lines.h"

#include "core/output/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::string labelOf(const OverlayAxis& axis)
{
    const char* unit = axis.unit == AxisUnit::Tick ? "tick"
        : axis.unit == AxisUnit::Step              ? "step"
        : axis.unit == AxisUnit::Tokens            ? "trained tokens"
                                                   : "time in steps and probes";
    return axis.since ? fmt::format("{} since the first {}", unit, titleOf(*axis.since)) : unit;
}

} // namespace

ChartSpec linesOfRuns(const ChartInput& input, const std::string& title,
    const std::function<std::vector<OverlayPoint>(const Repeats&)>& pointsOf)
{
    std::vector<const Run*> runs;
    for (const ChartRun& run : input.runs)
        runs.push_back(run.run);
    ChartSpec spec{.title = title};
    double last = 1;
    std::size_t look = 0;
    for (const Repeats& repeats : repeatsOf(runs)) {
        const auto first
            = static_cast<std::size_t>(std::find(runs.begin(), runs.end(), repeats.front()) - runs.begin());
        SeriesRuns of = runsOf(input, first, repeats.size());
        of.hasBaseline = std::find(repeats.begin(), repeats.end(), input.baseline) != repeats.end();
        of.look = of.hasBaseline ? 0 : look++; // of its line, and not of its first run
        ChartSeries line{.role = roleOf(of), .of = of};
        for (const OverlayPoint& point : pointsOf(repeats)) {
            line.points.push_back({point.x, point.y});
            if (repeats.size() > 1) {
                line.points.back().low = point.low;
                line.points.back().high = point.high;
            }
            last = std::max(last, point.x);
        }
        spec.legend.push_back({line.role,
            repeats.size() > 1 ? fmt::format("{} × {} seeds", input.runs[first].title, repeats.size())
                               : input.runs[first].title});
        spec.marks.emplace_back(std::move(line));
    }
    spec.x = {0, last, input.axis.unit == AxisUnit::Seconds ? timeTicks(0, last, 7) : niceTicks(0, last, 7),
        labelOf(input.axis)};
    return spec;
}

std::pair<double, double> reachOf(const ChartSpec& spec)
{
    double low = INFINITY;
    double high = -INFINITY;
    for (const ChartMark& mark : spec.marks)
        if (const auto* line = std::get_if<ChartSeries>(&mark))
            for (const ChartPoint& point : line->points) {
                low = std::min(low, std::isfinite(point.low) ? point.low : point.y);
                high = std::max(high, std::isfinite(point.high) ? point.high : point.y);
            }
    if (!std::isfinite(low) || !std::isfinite(high))
        return {0, 1};
    return {low, high > low ? high : low + 1};
}

ChartAxis axisAround(const ChartSpec& spec)
{
    const auto [low, high] = reachOf(spec);
    const double pad = 0.08 * (high - low);
    return {low - pad, high + pad, niceTicks(low - pad, high + pad, 6), {}, true};
}

ChartAxis axisFromZero(const ChartSpec& spec)
{
    const auto [low, high] = reachOf(spec);
    const double foot = std::min(0.0, low);
    const double top = 1.08 * (high > 0 ? high : 1);
    return {foot, top, niceTicks(foot, top, 6), {}, true};
}

} // namespace mantissa
