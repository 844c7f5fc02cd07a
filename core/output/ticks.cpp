// SPDX-License-Identifier: Apache-2.0
#include "core/output/ticks.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

double niceStep(double span, int most)
{
    const double rough = span / std::max(1, most);
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (factor * power >= rough * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

std::string labelOf(double value, int digits, bool withSign)
{
    if (digits == 0 && std::abs(value) < 9e15) {
        const auto whole = static_cast<std::int64_t>(std::llround(value));
        return (withSign && whole > 0 ? "+" : "") + formatCount(whole);
    }
    return withSign && value > 0 ? fmt::format("+{:.{}f}", value, digits)
                                 : fmt::format("{:.{}f}", value, digits);
}

} // namespace

std::vector<Tick> niceTicks(double low, double high, int most, bool withSign)
{
    std::vector<Tick> ticks;
    if (!(high > low) || !std::isfinite(high - low))
        return ticks;
    const double step = niceStep(high - low, most);
    const int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
    for (double index = std::ceil(low / step - 1e-9); index * step <= high + step * 1e-9; ++index) {
        const double value = index == 0 ? 0 : index * step; // no "-0"
        ticks.push_back({value, labelOf(value, digits, withSign)});
    }
    return ticks;
}

std::vector<Tick> logTicks(double low, double high, int most)
{
    std::vector<Tick> ticks;
    if (!(high > low) || !(low > 0) || !std::isfinite(high))
        return ticks;
    const double decades = std::log10(high / low);
    const std::vector<double> factors
        = 3 * decades <= most ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
    const double every = std::ceil(decades / std::max(1, most));
    for (double power = std::floor(std::log10(low)); power <= std::log10(high); ++power)
        for (const double factor : factors) {
            const double value = factor * std::pow(10, power);
            if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
                && std::fmod(power, std::max(1.0, every)) == 0)
                ticks.push_back({value,
                    power < -3 || power > 6 ? fmt::format("{:.0e}", value)
                                            : labelOf(value, std::max(0, static_cast<int>(-power)), false)});
        }
    return ticks.size() >= 3 ? ticks : niceTicks(low, high, most);
}

std::vector<Tick> timeTicks(double low, double high, int most)
{
    if (!(high > low) || !std::isfinite(high - low))
        return {};
    constexpr double minute = 60;
    constexpr double hour = 60 * minute;
    constexpr double day = 24 * hour;
    const double rough = (high - low) / std::max(1, most);
    if (rough < 10) { // below that, seconds are decimal
        auto ticks = niceTicks(low, high, most);
        for (Tick& tick : ticks)
            tick.label += " s";
        return ticks;
    }
    struct Unit {
        double seconds;
        const char* name;
        std::vector<double> rounds; // what clocks and calendars count by
    };
    double step = 0;
    Unit unit{};
    for (const Unit& candidate : {Unit{1, "s", {10, 15, 20, 30}},
             Unit{minute, "min", {1, 2, 5, 10, 15, 20, 30}}, Unit{hour, "h", {1, 2, 3, 6, 12}},
             Unit{day, "d", {1, 2, 5, std::max(10.0, niceStep((high - low) / day, most))}}})
        for (const double round : candidate.rounds)
            if (step == 0 && round * candidate.seconds >= rough) {
                step = round * candidate.seconds;
                unit = candidate;
            }
    std::vector<Tick> ticks;
    for (double index = std::ceil(low / step - 1e-9); index * step <= high + step * 1e-9; ++index)
        ticks.push_back(
            {index * step, formatCount(std::llround(index * step / unit.seconds)) + " " + unit.name});
    return ticks;
}

std::vector<Tick> byteTicks(double highBytes, int most)
{
    constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double scale = 1;
    std::size_t unit = 0;
    while (highBytes / scale >= 1024 && unit < 4) {
        scale *= 1024;
        ++unit;
    }
    std::vector<Tick> ticks = niceTicks(0, highBytes / scale, most);
    for (Tick& tick : ticks) {
        tick.value *= scale;
        tick.label += std::string(" ") + units[unit];
    }
    return ticks;
}

} // namespace mantissa
