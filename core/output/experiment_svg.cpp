// SPDX-License-Identifier: Apache-2.0
// The chart of an experiment.

#include "core/output/experiment_report.h"
#include "core/output/svg_canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr int rowHeight = 54;
constexpr int frameHeight = 78; // title, axis and its label
constexpr double barHeight = 10;

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

void drawArm(SvgCanvas& canvas, const ArmResult& arm, double top)
{
    const double middle = top + 34;
    std::string label = fmt::format("{}: {}", arm.name, verdictText(arm));
    if (arm.delta)
        label += fmt::format(
            ", {:+.3f} % ({:+.3f} to {:+.3f})", arm.delta->mean, arm.delta->low, arm.delta->high);
    canvas.text(canvas.left() + 6, top + 16, label, "arm", "start");
    if (arm.delta) {
        const double from = canvas.x(arm.delta->low);
        const double to = canvas.x(arm.delta->high);
        canvas.rect(from, middle - barHeight / 2, std::max(1.0, to - from), barHeight, "interval");
        canvas.rect(canvas.x(arm.delta->mean) - 1, middle - barHeight, 2, 2 * barHeight, "f-series0");
    }
    for (const SeedResult& seed : arm.seeds)
        if (seed.deltaPercent && std::isfinite(*seed.deltaPercent))
            canvas.dot(canvas.x(*seed.deltaPercent), middle, "seed");
}

} // namespace

std::string experimentSvg(const ExperimentResult& result)
{
    const auto arms = static_cast<int>(result.arms.size()) - 1; // the baseline is the zero line
    SvgCanvas canvas({960, frameHeight + rowHeight * std::max(1, arms)}, "Quality delta by arm",
        "A dot for each seed and a bar for the 95 % interval of the mean; positive is worse than the FP32 "
        "baseline");
    const auto [low, high] = rangeOf(result);
    canvas.setX(low, high);
    const double claim = canvas.x(claimedDeltaPercent);
    canvas.rect(canvas.left(), canvas.top(), claim - canvas.left(), canvas.bottom() - canvas.top(), "claim");
    const auto ticks = niceTicks(low, high, 8, true);
    for (const Tick& tick : ticks)
        canvas.line(canvas.x(tick.value), canvas.top(), canvas.x(tick.value), canvas.bottom(), "grid");
    canvas.line(canvas.x(0), canvas.top(), canvas.x(0), canvas.bottom(), "axis");
    canvas.line(claim, canvas.top(), claim, canvas.bottom(), "budget");
    double top = canvas.top();
    for (const ArmResult& arm : result.arms) {
        if (arm.isBaseline)
            continue;
        drawArm(canvas, arm, top);
        top += rowHeight;
    }
    canvas.xAxis(ticks, "quality delta in percent of the baseline's evaluation loss; left is better");
    canvas.text(canvas.right(), 18,
        fmt::format("dots: seeds; bars: 95 % interval; band: below the claim of {} %", claimedDeltaPercent),
        "tick", "end");
    return canvas.finish();
}

} // namespace mantissa
