// SPDX-License-Identifier: Apache-2.0
// Phases and formats over ticks in two lanes, with what divergence did to the run.

#include "core/output/chart_registry.h"
#include "core/output/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mantissa {

namespace {

// Of the height of the plot area, counted from its lower edge.
constexpr double height = 38;
constexpr double laneHeight = 17;
constexpr double laneGap = 3;
constexpr double formatTop = height - laneHeight - laneGap;

/// One lane. `joins`: neighbours with the same value are one bar.
template <class Value> void addLane(ChartBars& bars, const Run& run, double top, bool joins, Value valueOf)
{
    const auto& segments = run.segments();
    for (std::size_t i = 0; i < segments.size();) {
        std::size_t last = i;
        while (joins && last + 1 < segments.size()
            && valueOf(*segments[last + 1].start) == valueOf(*segments[i].start))
            ++last;
        const auto value = valueOf(*segments[i].start);
        bars.bars.push_back({.xLow = static_cast<double>(segments[i].tick),
            .xHigh = static_cast<double>(segments[last].endTick),
            .yLow = top - laneHeight,
            .yHigh = top,
            .role = std::string(nameOf(value)),
            .text = std::string(titleOf(value))});
        i = last + 1;
    }
}

/// A key for each phase, then each format, that the run has had.
std::vector<ChartKey> keysOf(const Run& run)
{
    std::vector<ChartKey> keys;
    const auto addIf = [&](auto value, auto isOf) {
        if (std::ranges::any_of(run.segments(), isOf))
            keys.push_back({std::string(nameOf(value)), std::string(titleOf(value))});
    };
    for (const Phase phase : allPhases)
        addIf(phase, [&](const Segment& segment) { return segment.start->phase == phase; });
    for (const Precision format : allPrecisions)
        addIf(format, [&](const Segment& segment) { return segment.start->plan.compute == format; });
    return keys;
}

std::optional<ChartSpec> buildTimeline(const ChartInput& input)
{
    const Run& run = *input.runs.front().run;
    const auto ticks = static_cast<double>(run.ticks());
    ChartSpec spec{.title = "Phases and formats",
        .description = fmt::format("{} segments", run.segments().size()),
        .size = {960, 110},
        .x = {0, std::max(1.0, ticks), niceTicks(0, ticks, 8), "tick"},
        .y = {0, height, {{height - laneHeight / 2, "phase"}, {formatTop - laneHeight / 2 + 1, "format"}}, {},
            false}};
    ChartBars bars;
    addLane(bars, run, height, false, [](const auto& start) { return start.phase; });
    addLane(bars, run, formatTop, true, [](const auto& start) { return start.plan.compute; });
    spec.marks.emplace_back(std::move(bars));
    spec.legend = keysOf(run);
    for (const DivergenceAnswered& e : run.divergences())
        if (e.answer == DivergenceAnswer::RolledBack || e.answer == DivergenceAnswer::Stopped)
            spec.marks.emplace_back(ChartRule{.along = ChartRule::Along::Y,
                .at = static_cast<double>(e.tick),
                .role = "whisker",
                .text = e.answer == DivergenceAnswer::RolledBack ? "rolled back" : "diverged"});
    std::int64_t told = 0; // several at once are one mark; those of the first tick are the run's start
    for (const SettingChanged& e : run.settingChanges())
        if (std::exchange(told, e.tick) != e.tick)
            spec.marks.emplace_back(ChartRule{.along = ChartRule::Along::Y,
                .at = static_cast<double>(e.tick),
                .role = "whisker",
                .text = "settings"});
    return spec;
}

} // namespace

ChartEntry timelineChart()
{
    return {"timeline", "Phases and formats", "phases", ChartNeed::Run, buildTimeline};
}

} // namespace mantissa
