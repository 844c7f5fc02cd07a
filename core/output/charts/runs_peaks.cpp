// SPDX-License-Identifier: Apache-2.0
// What each of several runs holds at its peak instant, one bar for a run.

#include "core/evidence/comparison.h"
#include "core/output/chart_registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr double peakHeight = 0.6; // of a row
constexpr int rowPixels = 40;
constexpr int framePixels = 72; // title, axis and its label

std::optional<ChartSpec> buildRunsPeaks(const ChartInput& input)
{
    const auto rows = static_cast<int>(input.runs.size());
    ChartSpec spec{.title = "Peak by class",
        .description = "Measured composition at the peak instant of each run",
        .size = {960, framePixels + rowPixels * rows},
        .y = {-static_cast<double>(rows), 0}};
    double most = 1;
    ChartBars bars;
    for (std::size_t i = 0; i < input.runs.size(); ++i) {
        const Run& run = *input.runs[i].run;
        const double middle = -(static_cast<double>(i) + 0.5);
        spec.y.ticks.push_back({middle, fmt::format("{} {}", i + 1, run.config().preset)});
        const MemoryComposition peak = peakComposition(run);
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const auto bytes = static_cast<double>(peak.at(memoryClass));
            if (bytes > 0)
                bars.bars.push_back({base, base + bytes, middle - peakHeight / 2, middle + peakHeight / 2,
                    std::string(nameOf(memoryClass)), {}});
            base += bytes;
        }
        most = std::max(most, static_cast<double>(peak.total()));
    }
    const double high = 1.05 * most;
    spec.x = {0, high, byteTicks(high, 5), "device bytes"};
    spec.legend = classKeys(bars);
    spec.marks = {std::move(bars)};
    return spec;
}

} // namespace

ChartEntry runsPeaksChart()
{
    return {"runs-peaks", "Peak by class of runs", "runs-peaks", ChartNeed::SeveralRuns, buildRunsPeaks};
}

} // namespace mantissa
