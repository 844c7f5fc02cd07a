// SPDX-License-Identifier: Apache-2.0
// An experiment: a row for each arm with a dot for each seed, a bar for the interval of the mean and the
// claim as a band.

#include "core/output/chart_registry.h"
#include "core/output/experiment_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

// A row, from its upper edge down, in pixels of the usual size.
constexpr int rowHeight = 54;
constexpr double nameDown = 16;
constexpr double middleDown = 34;
constexpr double intervalHeight = 10;
constexpr int foot = 6; // below the last row
constexpr int frameHeight = 72; // title, axis and its label

/// The range that holds every dot, every interval, zero and the claim.
std::pair<double, double> rangeOf(const ExperimentResult& result)
{
    double low = -claimedDeltaPercent;
    double high = 1.4 * claimedDeltaPercent;
    const auto include = [&](double value) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    for (const ArmResult& arm : result.arms) {
        for (const SeedResult& seed : arm.seeds)
            include(seed.deltaPercent.value_or(0));
        if (arm.delta) {
            include(arm.delta->low);
            include(arm.delta->high);
        }
    }
    const double pad = 0.04 * (high - low);
    return {low - pad, high + pad};
}

void addArm(ChartSpec& spec, const ArmResult& arm, double top)
{
    const double middle = top - middleDown;
    std::string label = fmt::format("{}: {}", arm.name, verdictText(arm));
    if (arm.delta)
        label += fmt::format(", {} ({} to {})", percentText(arm.delta->mean), signedText(arm.delta->low, 3),
            signedText(arm.delta->high, 3));
    spec.marks.emplace_back(
        ChartText{.x = spec.x.low, .y = top - nameDown, .text = label, .right = 6, .isName = true});
    if (arm.delta) {
        spec.marks.emplace_back(ChartBars{{{arm.delta->low, arm.delta->high, middle - intervalHeight / 2,
                                              middle + intervalHeight / 2, "interval", {}}},
            1});
        spec.marks.emplace_back(ChartBars{{{arm.delta->mean, arm.delta->mean, middle - intervalHeight,
                                              middle + intervalHeight, "series0", {}}},
            2});
    }
    ChartSeries seeds{.role = "seed", .shape = ChartSeries::Shape::Dots};
    for (const SeedResult& seed : arm.seeds)
        if (seed.deltaPercent && std::isfinite(*seed.deltaPercent))
            seeds.points.push_back({*seed.deltaPercent, middle});
    spec.marks.emplace_back(std::move(seeds));
}

std::optional<ChartSpec> buildExperiment(const ChartInput& input)
{
    const ExperimentResult& result = *input.experiment;
    const auto arms = static_cast<int>(result.arms.size()) - 1; // the baseline is the zero line
    const int rows = rowHeight * std::max(1, arms) + foot;
    const auto [low, high] = rangeOf(result);
    ChartSpec spec{.title = "Quality delta by arm",
        .description = "A dot for each seed and a bar for the 95 % interval of the mean; positive is worse "
                       "than the FP32 baseline",
        .size = {960, frameHeight + rows},
        .x = {low, high, niceTicks(low, high, 8, true),
            "quality delta in percent of the baseline's evaluation loss; left is better", true},
        .y = {-static_cast<double>(rows), 0},
        .note = fmt::format(
            "dots: seeds; bars: 95 % interval; band: below the claim of {} %", claimedDeltaPercent)};
    spec.ground.emplace_back(ChartBars{{{low, claimedDeltaPercent, spec.y.low, spec.y.high, "claim", {}}}});
    spec.marks.emplace_back(ChartRule{.along = ChartRule::Along::Y, .at = 0, .role = "axis"});
    spec.marks.emplace_back(
        ChartRule{.along = ChartRule::Along::Y, .at = claimedDeltaPercent, .role = "budget"});
    double top = 0;
    for (const ArmResult& arm : result.arms) {
        if (arm.isBaseline)
            continue;
        addArm(spec, arm, top);
        top -= rowHeight;
    }
    return spec;
}

} // namespace

ChartEntry experimentChart()
{
    return {"experiment", "Quality delta by arm", "experiment", ChartNeed::Experiment, buildExperiment};
}

} // namespace mantissa
