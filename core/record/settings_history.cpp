// SPDX-License-Identifier: Apache-2.0
#include "core/record/settings_history.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

/// What decides a run's losses beside precision and memory. How often it looks and saves does not.
RunConfig trainingOf(RunConfig config, bool isDataKnown)
{
    const RunConfig unset;
    if (isDataKnown) // wherever the bytes lay
        config.data.source = unset.data.source;
    config.name = unset.name;
    config.preset = unset.preset;
    config.choices = unset.choices;
    config.memory = unset.memory;
    config.training.saveInterval = unset.training.saveInterval;
    config.training.saveMinutes = unset.training.saveMinutes;
    config.training.keepCheckpoints = unset.training.keepCheckpoints;
    config.training.numbersInterval = unset.training.numbersInterval;
    config.training.keepBest = unset.training.keepBest;
    config.training.earlyStop = unset.training.earlyStop;
    return config;
}

} // namespace

void forEachDifference(const RunConfig& before, const RunConfig& after, const TakeDifference& take)
{
    forEachDifference(toJson(before), toJson(after), take);
}

std::vector<ConfigStretch> configsThatRan(const Run& run)
{
    std::vector<ConfigStretch> stretches{{0, 0, run.firstConfig()}};
    for (const SettingChanged& change : run.settingChanges()) {
        if (change.tick != stretches.back().tick)
            stretches.push_back({change.step, change.tick, stretches.back().config});
        const Json value = Json::parse(change.to, nullptr, /*allow_exceptions*/ false);
        if (auto changed = withSetting(stretches.back().config, change.key, value)) // else of a later version
            stretches.back().config = std::move(*changed);
    }
    return stretches;
}

RunConfig configInForce(const Run& run) { return configsThatRan(run).back().config; }

std::string whyNotComparable(const Run& a, const Run& b)
{
    for (const Run* run : {&a, &b})
        if (run->isForeign())
            return run->title() + " was trained by another program, which does not say how or on what";
    if (isOtherData(a.data(), b.data()))
        return fmt::format("{} and {} learned from different data ({} and {})", a.title(), b.title(),
            shortIdentity(a.data()), shortIdentity(b.data()));
    const bool isDataKnown = a.data().isKnown() && b.data().isKnown();
    const auto left = configsThatRan(a);
    const auto right = configsThatRan(b);
    const std::int64_t last = std::min(a.steps(), b.steps());
    auto own = left.begin();
    auto other = right.begin();
    for (std::int64_t step = 0;;) {
        std::string differs;
        forEachDifference(trainingOf(own->config, isDataKnown), trainingOf(other->config, isDataKnown),
            [&](const std::string& key, const Json& x, const Json& y) {
                if (differs.empty())
                    differs = fmt::format(
                        "{} is {} in {} and {} in {}", key, jsonLine(x), a.title(), jsonLine(y), b.title());
            });
        if (!differs.empty())
            return step > 0 ? differs + fmt::format(" from step {} on", step) : differs;
        const auto end = [&](auto at, const auto& all) {
            return std::next(at) == all.end() ? INT64_MAX : std::next(at)->step;
        };
        step = std::min(end(own, left), end(other, right));
        if (step >= last)
            return {};
        const bool bothMove = end(own, left) == end(other, right);
        if (bothMove || end(own, left) == step)
            ++own, other += bothMove ? 1 : 0;
        else
            ++other;
    }
}

} // namespace mantissa
