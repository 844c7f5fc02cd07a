// SPDX-License-Identifier: Apache-2.0
// Training loss, a mean for each pixel, and evaluation loss over steps, of one or more runs.

#include "core/output/chart_registry.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mantissa {

namespace {

std::vector<ChartPoint> trainingLoss(const Run& run)
{
    std::vector<ChartPoint> points;
    const std::int64_t ticks = run.ticks();
    const std::int64_t parts = std::min<std::int64_t>(chartColumns, ticks);
    std::int64_t step = 0;
    for (std::int64_t i = 0; i < parts; ++i) {
        const RangeSummary summary = run.columns().loss.over(ticks * i / parts, ticks * (i + 1) / parts);
        step += summary.count; // probes are no steps, and have no training loss
        if (summary.count > 0)
            points.push_back(
                {static_cast<double>(step) - static_cast<double>(summary.count) / 2, summary.mean()});
    }
    return points;
}

std::optional<ChartSpec> buildLoss(const ChartInput& input)
{
    ChartSpec spec{
        .title = "Loss", .description = "Training loss (thin) and evaluation loss (dots) over steps"};
    double least = INFINITY;
    double most = -INFINITY;
    double steps = 1;
    std::vector<ChartMark> above; // the baseline lies below all, the first run over the others
    for (std::size_t i = 0; i < input.runs.size(); ++i) {
        const Run& run = *input.runs[i].run;
        const ChartRole role = roleOf(runsOf(input, i));
        ChartSeries line{.role = role, .points = trainingLoss(run)};
        ChartSeries dots{.role = role, .shape = ChartSeries::Shape::Dots, .mayLeave = true};
        for (const Evaluated& evaluated : run.evaluations())
            dots.points.push_back({static_cast<double>(evaluated.step), evaluated.loss});
        for (const auto* points : {&line.points, &dots.points})
            for (const ChartPoint& point : *points)
                if (std::isfinite(point.y)) {
                    least = std::min(least, point.y);
                    most = std::max(most, point.y);
                }
        steps = std::max(steps, static_cast<double>(run.steps()));
        auto& marks = input.runs[i].run == input.baseline ? spec.marks : above;
        marks.emplace(marks.begin(), std::move(dots));
        marks.emplace(marks.begin(), std::move(line));
        spec.legend.push_back({role, input.runs[i].title});
    }
    std::move(above.begin(), above.end(), std::back_inserter(spec.marks));
    if (!(most > least))
        spec.emptyText = "no loss yet";
    const double pad = 0.06 * (most - least);
    spec.x = {0, steps, niceTicks(0, steps, 8), "step; the loss axis does not start at 0"};
    spec.y = {least - pad, most + pad, niceTicks(least - pad, most + pad, 5), {}, true};
    return spec;
}

} // namespace

ChartEntry lossChart() { return {"loss", "Loss", "loss", ChartNeed::Run, buildLoss}; }

} // namespace mantissa
