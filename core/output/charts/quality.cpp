// SPDX-License-Identifier: Apache-2.0
// Quality delta over steps with the claimed band; says so when there is no baseline.

#include "core/evidence/quality_delta.h"
#include "core/output/chart_registry.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"

#include <algorithm>

namespace mantissa {

namespace {

void fillIn(ChartSpec& spec, const std::vector<QualityPoint>& points)
{
    double least = -1.4 * claimedDeltaPercent;
    double most = -least;
    ChartSeries dots{.role = "series0", .shape = ChartSeries::Shape::Dots};
    ChartSeries line{.role = "series0"};
    for (const QualityPoint& point : points) {
        const double half = point.overBatches ? point.overBatches->halfWidth : 0;
        least = std::min(least, point.deltaPercent - half);
        most = std::max(most, point.deltaPercent + half);
        const auto step = static_cast<double>(point.step);
        line.points.push_back({step, point.deltaPercent});
        dots.points.push_back(line.points.back());
        if (point.overBatches) {
            dots.points.back().low = point.overBatches->low();
            dots.points.back().high = point.overBatches->high();
        }
    }
    const double last = std::max(1.0, line.points.back().x);
    spec.x = {0, last, niceTicks(0, line.points.back().x, 8), "step"};
    const double room = 0.05 * (most - least);
    spec.y = {least - room, most + room, niceTicks(least - room, most + room, 6, true), {}, true};
    spec.ground.emplace_back(ChartBars{{{0, last, -claimedDeltaPercent, claimedDeltaPercent, "claim", {}}}});
    spec.marks = {std::move(dots), std::move(line)};
    spec.note = "% of baseline loss; band: the claim of 0.5 %; bars: 95 % over evaluation windows";
}

std::optional<ChartSpec> buildQuality(const ChartInput& input)
{
    const Run& run = *input.runs.front().run;
    ChartSpec spec{.title = "Quality delta against the FP32 baseline"};
    const std::string why = input.baseline ? whyNotComparable(run, *input.baseline) : "";
    if (!input.baseline || !why.empty()) {
        spec.description = "No baseline to compare with";
        spec.emptyText = why.empty() ? "no baseline: train the same config with the preset conservative"
                                     : "no baseline: " + why;
        return spec;
    }
    const auto points = qualityDelta(run, *input.baseline);
    if (points.empty()) {
        spec.description = "Nothing to compare yet";
        spec.emptyText = "the baseline has no evaluation at the same trained tokens";
        return spec;
    }
    spec.description = "Evaluation loss difference in percent; positive is worse";
    fillIn(spec, points);
    return spec;
}

} // namespace

ChartEntry qualityChart()
{
    return {"quality", "Quality delta", "quality", ChartNeed::Baseline, buildQuality};
}

} // namespace mantissa
