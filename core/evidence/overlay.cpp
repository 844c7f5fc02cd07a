// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/overlay.h"

#include "core/base/json.h"
#include "core/record/settings_history.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace mantissa {

namespace {

RunConfig withoutSeed(RunConfig config)
{
    config.training.seed = 0;
    config.name.clear();
    return config;
}

/// Takes the values of one part of the axis from each repeat.
template <class Value>
std::vector<OverlayPoint> overlay(const Repeats& repeats, const OverlayAxis& axis, int points, Value valueOf)
{
    double end = INFINITY;
    std::int64_t ticks = points;
    std::vector<double> origins; // of each repeat, on the axis from its start
    for (const Run* run : repeats) {
        const auto origin = originOf(*run, axis);
        if (!origin || (run->isForeign() && axis.unit == AxisUnit::Tokens))
            return {};
        origins.push_back(axisValueAt(*run, axis.unit, static_cast<double>(*origin)));
        end = std::min(end, axisValueAt(*run, axis.unit, static_cast<double>(run->ticks())) - origins.back());
        ticks = std::min(ticks, run->ticks() - *origin);
        if (axis.unit == AxisUnit::Step
            || axis.unit == AxisUnit::Tokens) { // probes have no width there: a part that holds but them
                                                // would be a dip or none, by chance
            const double steps = axisValueAt(*run, AxisUnit::Step, static_cast<double>(run->ticks()))
                - axisValueAt(*run, AxisUnit::Step, static_cast<double>(*origin));
            ticks = std::min(ticks, std::max(std::int64_t{1}, static_cast<std::int64_t>(steps)));
        }
    }
    std::vector<OverlayPoint> line;
    for (std::int64_t i = 0; i < ticks; ++i) {
        const double from = end * static_cast<double>(i) / static_cast<double>(ticks);
        const double to = end * static_cast<double>(i + 1) / static_cast<double>(ticks);
        OverlayPoint point{.x = from, .low = INFINITY, .high = -INFINITY};
        std::size_t n = 0;
        for (std::size_t k = 0; k < repeats.size(); ++k) {
            const Run& run = *repeats[k];
            const auto begin = static_cast<std::int64_t>(tickOfAxisValue(run, axis.unit, origins[k] + from));
            const auto past = std::max(
                begin + 1, static_cast<std::int64_t>(tickOfAxisValue(run, axis.unit, origins[k] + to)));
            const double value = valueOf(run, begin, past);
            if (!std::isfinite(value))
                continue;
            point.y += value;
            point.low = std::min(point.low, value);
            point.high = std::max(point.high, value);
            ++n;
        }
        if (n == 0)
            continue;
        point.y /= static_cast<double>(n);
        line.push_back(point);
    }
    return line;
}

/// The mean of each step that all repeats have.
std::vector<OverlayPoint> meansOf(
    const std::map<std::int64_t, std::vector<OverlayPoint>>& byStep, std::size_t repeats)
{
    std::vector<OverlayPoint> line;
    for (const auto& [step, points] : byStep) {
        if (points.size() < repeats)
            continue;
        OverlayPoint sum{.low = INFINITY, .high = -INFINITY};
        for (const OverlayPoint& point : points) {
            sum.x += point.x / static_cast<double>(points.size());
            sum.y += point.y / static_cast<double>(points.size());
            sum.low = std::min(sum.low, point.y);
            sum.high = std::max(sum.high, point.y);
        }
        line.push_back(sum);
    }
    return line;
}

void flatten(const Json& json, const std::string& path, std::map<std::string, std::string>& into)
{
    if (!json.is_object()) {
        into[path] = json.is_string() ? json.get<std::string>() : json.is_null() ? "–" : jsonLine(json);
        return;
    }
    for (const auto& [key, value] : json.items())
        flatten(value, path.empty() ? key : path + "." + key, into);
}

} // namespace

std::optional<std::int64_t> originOf(const Run& run, const OverlayAxis& axis)
{
    if (!axis.since)
        return 0;
    const auto first = std::find_if(run.segments().begin(), run.segments().end(),
        [&](const Segment& segment) { return segment.start->phase == *axis.since && segment.ticks() > 0; });
    return first == run.segments().end() ? std::nullopt : std::optional(first->tick);
}

std::vector<Repeats> repeatsOf(const std::vector<const Run*>& runs)
{
    std::vector<Repeats> groups;
    for (const Run* run : runs) {
        if (run->isForeign()) {
            groups.push_back({run});
            continue;
        }
        const RunConfig config = withoutSeed(run->config());
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const Repeats& group) {
            return !group.front()->isForeign() && withoutSeed(group.front()->config()) == config
                && !isOtherData(group.front()->data(), run->data())
                && std::none_of(group.begin(), group.end(), [&](const Run* other) {
                       return other->config().training.seed == run->config().training.seed;
                   });
        });
        if (same != groups.end())
            same->push_back(run);
        else
            groups.push_back({run});
    }
    return groups;
}

std::vector<OverlayPoint> memoryOverlay(const Repeats& repeats, const OverlayAxis& axis, int points)
{
    return overlay(repeats, axis, points, [](const Run& run, std::int64_t from, std::int64_t to) {
        const RangeSummary range = run.columns().deviceBytes.over(from, to);
        return range.count > 0 ? static_cast<double>(range.most) : NAN;
    });
}

std::vector<OverlayPoint> lossOverlay(const Repeats& repeats, const OverlayAxis& axis, int points)
{
    return overlay(repeats, axis, points, [](const Run& run, std::int64_t from, std::int64_t to) {
        const RangeSummary range = run.columns().loss.over(from, to);
        return range.count > 0 ? range.mean() : NAN;
    });
}

std::vector<OverlayPoint> gradientOverlay(const Repeats& repeats, const OverlayAxis& axis, int points)
{
    return overlay(repeats, axis, points, [](const Run& run, std::int64_t from, std::int64_t to) {
        const RangeSummary range = run.columns().gradNorm.over(from, to);
        return range.count > 0 ? range.mean() : NAN;
    });
}

std::vector<OverlayPoint> rateOverlay(const Repeats& repeats, const OverlayAxis& axis, int points)
{
    return overlay(repeats, axis, points, [](const Run& run, std::int64_t from, std::int64_t to) {
        const Series& rate = run.columns().learningRate;
        for (std::int64_t tick = std::min(to, rate.size());
             tick-- > from;) // a mean would be none of the rates
            if (std::isfinite(rate.at(tick)))
                return static_cast<double>(rate.at(tick));
        return static_cast<double>(NAN);
    });
}

std::vector<OverlayPoint> speedOverlay(const Repeats& repeats, const OverlayAxis& axis, int points)
{
    return overlay(repeats, axis, points, [](const Run& run, std::int64_t from, std::int64_t to) {
        const double seconds = run.columns().seconds.over(from, to).sum;
        const double tokens = axisValueAt(run, AxisUnit::Tokens, static_cast<double>(to))
            - axisValueAt(run, AxisUnit::Tokens, static_cast<double>(from));
        return seconds > 0 && tokens > 0 ? tokens / seconds : NAN;
    });
}

std::vector<OverlayPoint> evaluationOverlay(const Repeats& repeats, const OverlayAxis& axis)
{
    std::map<std::int64_t, std::vector<OverlayPoint>> byStep;
    for (const Run* run : repeats) {
        const auto origin = originOf(*run, axis);
        if (!origin || (run->isForeign() && axis.unit == AxisUnit::Tokens))
            return {};
        const double from = axisValueAt(*run, axis.unit, static_cast<double>(*origin));
        for (const Evaluated& evaluated : run->evaluations())
            if (evaluated.tick >= *origin && std::isfinite(evaluated.loss))
                byStep[evaluated.step].push_back(
                    {.x = axisValueAt(*run, axis.unit, static_cast<double>(evaluated.tick)) - from,
                        .y = evaluated.loss});
    }
    return meansOf(byStep, repeats.size());
}

std::vector<OverlayPoint> qualityOverlay(
    const Repeats& repeats, const std::vector<const Run*>& candidates, const OverlayAxis& axis)
{
    std::map<std::int64_t, std::vector<OverlayPoint>> byStep;
    for (const Run* run : repeats) {
        const auto baseline = std::find_if(candidates.begin(), candidates.end(),
            [&](const Run* other) { return whyNotComparable(*run, *other).empty(); });
        const auto origin = originOf(*run, axis);
        if (baseline == candidates.end() || !origin)
            return {};
        const double from = axisValueAt(*run, axis.unit, static_cast<double>(*origin));
        auto evaluated = run->evaluations().begin();
        for (const QualityPoint& point : qualityDelta(*run, **baseline)) {
            evaluated = std::find_if(evaluated, run->evaluations().end(),
                [&](const Evaluated& e) { return e.step == point.step; });
            if (evaluated == run->evaluations().end())
                break;
            if (evaluated->tick >= *origin)
                byStep[point.step].push_back(
                    {.x = axisValueAt(*run, axis.unit, static_cast<double>(evaluated->tick)) - from,
                        .y = point.deltaPercent});
        }
    }
    return meansOf(byStep, repeats.size());
}

std::vector<bool> nonDominated(const std::vector<Tradeoff>& tradeoffs)
{
    const auto isKnown = [](const Tradeoff& t) { return t.bytes > 0 && std::isfinite(t.deltaPercent); };
    std::vector<bool> best;
    for (const Tradeoff& one : tradeoffs)
        best.push_back(
            isKnown(one) && std::none_of(tradeoffs.begin(), tradeoffs.end(), [&](const Tradeoff& other) {
                return isKnown(other) && other.bytes <= one.bytes && other.deltaPercent <= one.deltaPercent
                    && (other.bytes < one.bytes || other.deltaPercent < one.deltaPercent);
            }));
    return best;
}

std::vector<ConfigDifference> configDifferences(const std::vector<const Run*>& runs)
{
    std::map<std::string, std::vector<std::string>> values;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        std::map<std::string, std::string> own;
        if (runs[i]->isForeign()) // what it was asked to do is not known
            continue;
        flatten(toJson(runs[i]->config()), {}, own);
        for (const auto& [key, value] : own) {
            auto& all = values[key];
            all.resize(runs.size(), "–");
            all[i] = value;
        }
    }
    std::vector<ConfigDifference> differences;
    for (auto& [key, all] : values)
        if (std::any_of(
                all.begin(), all.end(), [&](const std::string& value) { return value != all.front(); }))
            differences.push_back({key, std::move(all)});
    return differences;
}

} // namespace mantissa
