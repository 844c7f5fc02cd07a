// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_plan.h"

#include "core/record/config_layers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace mantissa {

namespace {

constexpr std::int64_t leastSeeds = 2;
constexpr std::int64_t mostSeeds = 1000;

tl::unexpected<Error> wrongArm(const std::string& name, const Error& error)
{
    return fail(fmt::format("arm '{}': {}", name, error.message), error.code);
}

Status layPreset(Json& merged, const Json& keys)
{
    const auto precision = keys.find("precision");
    if (precision == keys.end() || !precision->is_object() || !precision->contains("preset"))
        return {};
    const Json& name = (*precision)["preset"];
    if (!name.is_string() || name == "custom")
        return {}; // the config's reader says what is wrong with it
    const auto preset = findPreset(name.get<std::string>());
    if (!preset)
        return fail(preset.error());
    layOver(merged, choicesToJson(preset->choices));
    return {};
}

/// What stands in the way of comparing the arm with the baseline of `base`, or nothing.
std::vector<KeyDifference> foreignKeys(const RunConfig& arm, const RunConfig& base)
{
    RunConfig same = arm;
    same.name = base.name;
    same.preset = base.preset;
    same.choices = base.choices;
    same.memory = base.memory;
    same.memory.device = arm.memory.device; // bytes and seconds of two devices cannot be compared
    same.training.saveInterval = base.training.saveInterval;
    same.training.saveMinutes = base.training.saveMinutes;
    same.training.keepCheckpoints = base.training.keepCheckpoints;
    same.training.keepBest = base.training.keepBest;
    return differencesOf(same, base);
}

Status checkArm(const ExperimentArm& arm, const RunConfig& base)
{
    const auto foreign = foreignKeys(arm.config, base);
    if (foreign.empty())
        return {};
    std::vector<std::string> words;
    for (const KeyDifference& difference : foreign)
        words.push_back(
            fmt::format("{} is {} and the config says {}", difference.key, difference.ofA, difference.ofB));
    return wrong(fmt::format("arm '{}' differs in more than precision and memory: {}; give the config what "
                             "all arms share, and the "
                             "arm only keys of precision, memory and optimizer.moments",
        arm.name, fmt::join(words, ", ")));
}

} // namespace

std::vector<KeyDifference> differencesOf(const RunConfig& a, const RunConfig& b)
{
    const Json flatA = toJson(a).flatten();
    const Json flatB = toJson(b).flatten();
    std::vector<KeyDifference> differences;
    const auto add = [&](const std::string& path) {
        const auto inA = flatA.find(path);
        const auto inB = flatB.find(path);
        const std::string ofA = inA == flatA.end() ? "absent" : jsonLine(*inA);
        const std::string ofB = inB == flatB.end() ? "absent" : jsonLine(*inB);
        if (ofA == ofB)
            return;
        std::string key = path.substr(1); // "/training/seed"
        std::replace(key.begin(), key.end(), '/', '.');
        differences.push_back({key, ofA, ofB});
    };
    for (const auto& item : flatA.items())
        add(item.key());
    for (const auto& item : flatB.items())
        if (!flatA.contains(item.key()))
            add(item.key());
    return differences;
}

Result<ExperimentArm> armFromPreset(const std::string& preset, const RunConfig& base)
{
    const auto found = findPreset(preset);
    if (!found)
        return wrongArm(preset, found.error());
    return armFromJson(preset, {{"precision", {{"preset", preset}}}}, base);
}

Result<ExperimentArm> armFromJson(const std::string& name, const Json& keys, const RunConfig& base)
{
    if (!keys.is_object())
        return wrong(
            fmt::format("arm '{}' is no object of config keys; write {{\"precision\": {{…}}}}", name));
    Json merged = toJson(base);
    if (const auto status = layPreset(merged, keys); !status)
        return wrongArm(name, status.error());
    layOver(merged, keys);
    auto loaded = configFromJson(merged, {}, std::filesystem::current_path());
    if (!loaded)
        return wrongArm(name, loaded.error());
    return ExperimentArm{name, std::move(loaded->config)};
}

Result<ExperimentPlan> planExperiment(
    const RunConfig& base, std::vector<ExperimentArm> arms, std::int64_t seeds)
{
    if (seeds < leastSeeds || seeds > mostSeeds)
        return wrong(fmt::format("--seeds is {}; an interval over seeds needs at least {} pairs of runs: "
                                 "give {} to {}, 5 is a fair start",
            seeds, leastSeeds, leastSeeds, mostSeeds));
    if (base.training.earlyStop != EarlyStop{})
        return wrong("an experiment compares runs of one length; set training.early_stop_patience, "
                     "early_stop_minutes and early_stop_spike to 0 or false, or leave them out");
    if (base.training.seed > std::numeric_limits<std::int64_t>::max() - seeds)
        return wrong(
            fmt::format("training.seed is {}, and seeds are counted up from it; choose a smaller one",
                base.training.seed));
    if (arms.empty())
        return wrong("there is no arm to compare with the FP32 baseline; name presets or files, for example "
                     "--arms default,aggressive");
    ExperimentPlan plan{.name = base.name, .arms = {{baselineArmName, baselineOf(base)}}};
    for (ExperimentArm& arm : arms) {
        if (!isPlainName(arm.name))
            return wrong(fmt::format(
                "an arm is called {}, which cannot name a folder; rename its file", jsonLine(arm.name)));
        for (const ExperimentArm& other : plan.arms)
            if (other.name == arm.name)
                return wrong(fmt::format("two arms are called '{}'{}; rename one of the files", arm.name,
                    arm.name == baselineArmName ? ", which is the baseline's name" : ""));
        TRY(checkArm(arm, base));
        plan.arms.push_back(std::move(arm));
    }
    for (std::int64_t i = 0; i < seeds; ++i)
        plan.seeds.push_back(base.training.seed + i);
    return plan;
}

std::vector<PlannedRun> runsOf(const ExperimentPlan& plan)
{
    std::vector<PlannedRun> runs;
    for (const std::int64_t seed : plan.seeds)
        for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
            PlannedRun run{.arm = arm,
                .seed = seed,
                .config = plan.arms[arm].config,
                .folder = fmt::format("{}-seed{}", plan.arms[arm].name, seed)};
            run.config.name = fmt::format("{}-{}", plan.name, run.folder);
            run.config.training.seed = seed;
            runs.push_back(std::move(run));
        }
    return runs;
}

} // namespace mantissa
