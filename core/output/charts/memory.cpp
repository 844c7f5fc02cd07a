// SPDX-License-Identifier: Apache-2.0
// Device memory by class over ticks: the largest tick of each pixel, with the budget as a line.

#include "core/base/units.h"
#include "core/output/chart_registry.h"
#include "core/record/device_limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

/// First tick of part i of n.
std::int64_t partStart(std::int64_t ticks, int parts, int i) { return ticks * i / parts; }

/// Neighbours that are alike are one bar for each class.
ChartBars stackOf(const Run& run)
{
    ChartBars stack{.bars = {}, .isStack = true};
    const int parts = static_cast<int>(std::min<std::int64_t>(chartColumns, run.ticks()));
    const auto tickOf = [&](int i) {
        return run.columns().deviceBytes.tickOfMost(
            partStart(run.ticks(), parts, i), partStart(run.ticks(), parts, i + 1));
    };
    const auto isAlike = [&](std::int64_t a, std::int64_t b) {
        return std::all_of(run.columns().classBytes.begin(), run.columns().classBytes.end(),
            [&](const Series& bytes) { return bytes.at(a) == bytes.at(b); });
    };
    for (int i = 0; i < parts;) {
        const std::int64_t tick = tickOf(i);
        int end = i + 1;
        while (tick >= 0 && end < parts && tickOf(end) >= 0 && isAlike(tick, tickOf(end)))
            ++end;
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const double bytes
                = tick < 0 ? 0 : static_cast<double>(run.columns().classBytes[indexOf(memoryClass)].at(tick));
            if (bytes <= 0)
                continue;
            stack.bars.push_back({.xLow = static_cast<double>(partStart(run.ticks(), parts, i)),
                .xHigh = static_cast<double>(partStart(run.ticks(), parts, end)),
                .yLow = base,
                .yHigh = base + bytes,
                .role = std::string(nameOf(memoryClass))});
            base += bytes;
        }
        i = end;
    }
    return stack;
}

std::optional<ChartSpec> buildMemory(const ChartInput& input)
{
    const Run& run = *input.runs.front().run;
    const auto budget = deviceLimit(run.config().memory);
    const double high = 1.08
        * std::max(static_cast<double>(run.peakDeviceBytes()), static_cast<double>(budget.value_or(0)));
    const auto ticks = static_cast<double>(run.ticks());
    ChartSpec spec{.title = "Device memory by class",
        .description = fmt::format(
            "Stacked bytes over {} ticks; peak {}", run.ticks(), formatBytes(run.peakDeviceBytes())),
        .x = {0, std::max(1.0, ticks), niceTicks(0, ticks, 8), "tick (a step, or a probe in Predict)"},
        .y = {0, high, byteTicks(high, 5), {}, true}};
    if (run.peakDeviceBytes() == 0) {
        spec.description = "No memory was measured";
        spec.emptyText = "no step that could be read has measured memory";
        return spec;
    }
    const ChartBars stack = stackOf(run);
    spec.legend = classKeys(stack);
    spec.marks.emplace_back(stack);
    if (budget)
        spec.marks.emplace_back(ChartRule{
            .at = static_cast<double>(*budget), .role = "budget", .text = "budget " + formatBytes(*budget)});
    return spec;
}

} // namespace

ChartEntry memoryChart()
{
    return {"memory", "Device memory by class", "memory", ChartNeed::Run, buildMemory};
}

} // namespace mantissa
