// SPDX-License-Identifier: Apache-2.0
// Peak composition by phase: the measurement filled, the estimate as an outline below it.

#include "core/base/units.h"
#include "core/output/chart_registry.h"
#include "core/output/titles.h"
#include "core/record/plans_that_ran.h"

#include <algorithm>

namespace mantissa {

namespace {

constexpr double barHeight = 0.4; // of a row

std::optional<ChartSpec> buildPeaks(const ChartInput& input)
{
    const Run& run = *input.runs.front().run;
    const Estimate estimate = estimateOfWhatRan(run);
    const double high
        = 1.05 * static_cast<double>(std::max(run.peakDeviceBytes(), estimate.peakDeviceBytes()));
    ChartSpec spec{.title = "Peak by phase",
        .description = "Measured composition, with the estimate as an outline",
        .size = {960, 280},
        .x = {0, high, byteTicks(high, 6), "device bytes"},
        .y = {-static_cast<double>(allPhases.size()), 0}};
    ChartBars measured;
    ChartBars estimates;
    std::vector<ChartMark> words;
    double top = 0;
    for (const Phase phase : allPhases) {
        const auto& peak = run.peakOf(phase);
        if (!peak)
            continue;
        spec.y.ticks.push_back({top - barHeight / 2, std::string(titleOf(phase))});
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const auto bytes = static_cast<double>(peak->memory.devicePeak.at(memoryClass));
            if (bytes > 0)
                measured.bars.push_back(
                    {base, base + bytes, top - barHeight, top, std::string(nameOf(memoryClass)), {}});
            base += bytes;
        }
        if (const auto& guess = estimate.byPhase[indexOf(phase)]) {
            const double below = top - barHeight - 0.04;
            estimates.bars.push_back(
                {0, static_cast<double>(guess->total()), below - barHeight, below, "outline", {}});
            words.emplace_back(ChartText{.x = 0,
                .y = below - barHeight / 2,
                .text = "estimate " + formatBytes(guess->total()),
                .right = 6,
                .down = 4});
        }
        top -= 1;
    }
    spec.legend = classKeys(measured);
    spec.marks = {std::move(measured), std::move(estimates)};
    spec.marks.insert(spec.marks.end(), words.begin(), words.end());
    return spec;
}

} // namespace

ChartEntry peaksChart() { return {"peaks", "Peak by phase", "peaks", ChartNeed::Run, buildPeaks}; }

} // namespace mantissa
