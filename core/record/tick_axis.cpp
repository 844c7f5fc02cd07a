// SPDX-License-Identifier: Apache-2.0
#include "core/record/tick_axis.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

/// Before a whole tick.
double valueBefore(const Run& run, AxisUnit unit, std::int64_t tick)
{
    if (unit == AxisUnit::Seconds)
        return run.columns().seconds.over(0, tick).sum;
    const auto& skipped = run.skippedTicks();
    const auto updatesBefore = [&](std::int64_t row) {
        return run.columns().learningRate.over(0, row).count
            - (std::lower_bound(skipped.begin(), skipped.end(), row) - skipped.begin());
    };
    if (unit == AxisUnit::Step)
        return static_cast<double>(updatesBefore(tick));
    std::int64_t tokens = 0;
    const auto& stretches = run.tokens().stretches();
    for (std::size_t i = 0; i < stretches.size() && stretches[i].tick < tick; ++i) {
        const std::int64_t end = i + 1 < stretches.size() ? std::min(tick, stretches[i + 1].tick) : tick;
        tokens += (updatesBefore(end) - updatesBefore(stretches[i].tick)) * stretches[i].perStep;
    }
    return static_cast<double>(tokens);
}

} // namespace

double axisValueAt(const Run& run, AxisUnit unit, double tick)
{
    if (unit == AxisUnit::Tick)
        return tick;
    const double inside = std::clamp(tick, 0.0, static_cast<double>(run.ticks()));
    const auto whole = static_cast<std::int64_t>(inside);
    const double before = valueBefore(run, unit, whole);
    const double part = inside - static_cast<double>(whole);
    return part > 0 ? before + part * (valueBefore(run, unit, whole + 1) - before) : before;
}

double tickOfAxisValue(const Run& run, AxisUnit unit, double value)
{
    if (unit == AxisUnit::Tick)
        return value;
    std::int64_t low = 0; // the last tick before which less was done lies in [low, high)
    std::int64_t high = run.ticks();
    if (high == 0 || valueBefore(run, unit, high) < value)
        return static_cast<double>(high);
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (valueBefore(run, unit, middle) < value ? low : high) = middle;
    }
    const double before = valueBefore(run, unit, low);
    const double after = valueBefore(run, unit, low + 1);
    return static_cast<double>(low)
        + (after > before ? std::clamp((value - before) / (after - before), 0.0, 1.0) : 0);
}

} // namespace mantissa
