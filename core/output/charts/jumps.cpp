// SPDX-License-Identifier: Apache-2.0
// What jumps were worth: the lead of each in steps of the course before it, down to the lower end of its
// interval, beside what it cost.

#include "core/output/chart_registry.h"
#include "core/record/jump_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::optional<ChartSpec> buildJumps(const ChartInput& input)
{
    const Run& run = *input.runs.front().run;
    const auto records = jumpRecordsOf(run);
    if (records.empty())
        return std::nullopt;
    double least = 0;
    double most = 1;
    ChartSeries costs{.role = "series2", .shape = ChartSeries::Shape::Dashes};
    ChartSeries kept{.role = "series0", .shape = ChartSeries::Shape::Dots};
    ChartSeries takenBack{.role = "series1", .shape = ChartSeries::Shape::Dots};
    std::vector<ChartMark> words;
    for (const JumpRecord& record : records) {
        const auto step = static_cast<double>(record.made.step);
        most = std::max(most, record.costSteps);
        costs.points.push_back({step, record.costSteps});
        if (!record.judged)
            continue;
        const JumpJudged& judged = *record.judged;
        if (!std::isfinite(judged.leadSteps)) {
            words.emplace_back(ChartText{.x = step,
                .y = record.costSteps,
                .text = record.isKept() ? "kept unasked" : "no lead measured",
                .anchor = ChartText::Anchor::Middle,
                .down = -6});
            continue;
        }
        most = std::max(most, judged.leadSteps);
        least = std::min({least, judged.leadSteps, judged.leadLow});
        (record.isKept() ? kept : takenBack)
            .points.push_back({step, judged.leadSteps, judged.leadLow, judged.leadSteps});
    }
    const double pad = 0.08 * (most - least);
    const auto steps = static_cast<double>(std::max<std::int64_t>(1, run.steps()));
    ChartSpec spec{.title = "Lead of jumps",
        .description
        = fmt::format("{} jumps: steps ahead of the course before each, and what each cost", records.size()),
        .size = {960, 260},
        .x = {0, steps, niceTicks(0, steps, 8),
            "step; lead in steps, line down to the lower end of its one-sided 90 % interval"},
        .y = {least - pad, most + pad, niceTicks(least - pad, most + pad, 5), {}, true},
        .marks
        = {ChartRule{.at = 0, .role = "whisker"}, std::move(costs), std::move(kept), std::move(takenBack)},
        .legend = {{"series0", "kept"}, {"series1", "taken back"}, {"series2", "cost"}}};
    spec.marks.insert(spec.marks.end(), words.begin(), words.end());
    return spec;
}

} // namespace

ChartEntry jumpsChart() { return {"jumps", "Lead of jumps", "jumps", ChartNeed::Run, buildJumps}; }

} // namespace mantissa
