// SPDX-License-Identifier: Apache-2.0
#include "core/training/resume.h"

#include "core/record/resume_rules.h"
#include "core/record/run_length.h"
#include "core/record/settings_history.h"
#include "core/training/learning_rate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

struct Standing {
    RunConfig config{}; ///< as in force at the newest checkpoint
    std::int64_t step = 0;
    DataRead data{}; ///< what it learns from, where it says so
    bool isRecorded = false; ///< the states on disk are that checkpoint
};

Result<Standing> standingOf(const std::filesystem::path& folder)
try {
    auto config = readRunConfig(folder);
    if (!config)
        return fail(config.error());
    const auto newest = readNewestState(folder);
    if (!newest)
        return fail(newest.error());
    Standing standing{.config = std::move(*config), .data = readData(folder)};
    if (!*newest)
        return standing; // it begins again
    PlansInForce plans(standing.config);
    TRY(plans.takeState((*newest)->state));
    standing.config = plans.config();
    standing.step = (*newest)->state.at("global_step").get<std::int64_t>();
    standing.isRecorded = (*newest)->isRecorded;
    return standing;
} catch (const Json::exception& e) {
    return fail(fmt::format(
        "the newest checkpoint of {} cannot be read ({}); remove its folder to go on from the one before",
        folder.string(), e.what()));
}

/// Where epochs say how long the run is; else its log is not read for it.
Status settleLength(const Standing& standing, const std::filesystem::path& folder, TrainingConfig& training)
{
    if (training.epochs == 0)
        return {};
    const auto run = openRun(folder);
    if (!run)
        return fail(run.error());
    training.maxSteps = lastStepOf(training, standing.data.trainingSamples, standing.step,
        samplesLearned(*run, standing.data, standing.step));
    return {};
}

Status refuseChange(const Standing& standing, const std::string& key, const Json& value)
{
    const ResumeRule& rule = resumeRuleOf(key);
    if (!rule.takesEffect)
        return fail(fmt::format("resume cannot change {} to {}: {}; resume without it, or train a new run",
                        key, jsonLine(value), rule.why),
            ExitCode::Usage);
    if (key == "data.source" && !standing.data.isKnown())
        return fail(fmt::format("resume cannot change data.source to {}: the run does not say which bytes it "
                                "learned from, so they cannot be told from others; put the data back where "
                                "they were, in {}",
                        value.dump(), standing.config.data.source),
            ExitCode::Usage);
    if (standing.isRecorded && movesStates(key))
        return fail(
            fmt::format("resume cannot change {} to {} while the states on disk are this run's checkpoint; "
                        "resume without it and change it while the run trains",
                key, jsonLine(value)),
            ExitCode::Usage);
    return {};
}

/// A rate that is another one only because the run's length is.
void tellStretchedRate(const Standing& standing, const RunConfig& now, std::vector<std::string>& notices)
{
    const OptimizerConfig& optimizer = now.optimizer;
    if (optimizer != standing.config.optimizer)
        return; // asked for
    const std::int64_t lastBefore = standing.config.training.maxSteps;
    const double before = learningRateAt(optimizer, standing.step, lastBefore);
    const double after = learningRateAt(optimizer, standing.step, now.training.maxSteps);
    if (std::abs(after - before) > 1e-9 * std::abs(before))
        notices.push_back(
            fmt::format("the learning rate of step {} is {:.4g} instead of {:.4g}, since max_steps={} "
                        "stretches its decay; optimizer.lr_decay_steps={} keeps the old one",
                standing.step, after, before, now.training.maxSteps, lastBefore));
}

} // namespace

Result<TrainerSetup> planResume(const std::filesystem::path& folder, const std::vector<std::string>& settings)
{
    if (RunLock::isHeld(folder))
        return fail(fmt::format(
            "{} is being written by another process; wait for it, or stop it first", folder.string()));
    const auto standing = standingOf(folder);
    if (!standing)
        return fail(standing.error());
    auto loaded = configFromJson(toJson(standing->config), {.settings = settings}, folder);
    if (!loaded)
        return fail(loaded.error());
    TrainerSetup setup{.config = std::move(loaded->config), .folder = folder, .resume = true};
    TRY(settleLength(*standing, folder, setup.config.training));
    Status refused;
    std::vector<std::string> changed;
    forEachDifference(
        standing->config, setup.config, [&](const std::string& key, const Json& from, const Json& to) {
            if (key == "precision.preset") // a name for the others
                return;
            if (refused)
                refused = refuseChange(*standing, key, to);
            changed.push_back(fmt::format("{} {} → {}", key, jsonLine(from), jsonLine(to)));
        });
    if (!refused)
        return fail(refused.error());
    if (setup.config.training.maxSteps < standing->step)
        return fail(
            fmt::format("training.max_steps is {} and the run has done {} steps; name a larger number",
                setup.config.training.maxSteps, standing->step),
            ExitCode::Usage);
    setup.notices = std::move(loaded->notices); // which of two settings counts
    setup.isChanged = !changed.empty();
    if (setup.isChanged)
        setup.notices.push_back(
            fmt::format("settings changed at step {}: {}", standing->step, fmt::join(changed, ", ")));
    tellStretchedRate(*standing, setup.config, setup.notices);
    return setup;
}

} // namespace mantissa
