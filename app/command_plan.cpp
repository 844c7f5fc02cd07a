// SPDX-License-Identifier: Apache-2.0
// plan: the savings that bring a config down to a budget, with what each costs in time here. trial: the peak
// from two small real steps of each phase.

#include "app/commands.h"
#include "app/config_options.h"
#include "app/engine_loader.h"
#include "app/scratch_states.h"
#include "core/base/units.h"
#include "core/memory/planner.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/record/machine_needs.h"
#include "core/record/run_summary.h"
#include "core/training/trial.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace mantissa {

namespace {

struct PlanOptions {
    std::string config{};
    std::string budget{};
    ConfigOptions change{};
    bool quick = false;
    bool asConfigured = false;
    bool json = false;
};

Result<RunConfig> configOf(const PlanOptions& options)
{
    ConfigOverrides overrides = options.change.overrides();
    if (!options.budget.empty())
        overrides.settings.push_back("memory.budget=" + options.budget);
    auto loaded = loadConfig(options.config, overrides);
    if (!loaded)
        return fail(loaded.error());
    tellWords(*loaded);
    return loaded->config;
}

/// Seconds of the fastest of a few real steps; the first warms up.
Result<double> measuredSeconds(RunConfig config, const PresetChoices& choices)
{
    config.choices = choices;
    config.memory = withoutLimit(config.memory);
    TRY(checkRoom(config, roomForSteps(config)));
    const ScratchStates states(config.memory);
    const EngineSetup setup{.config = config, .statesFile = states.file()};
    auto made = engineFactory()(setup);
    if (!made)
        return fail(made.error());
    if (const auto entered = made->engine->enter(Phase::Full, choices.resolve(Phase::Full)); !entered)
        return fail(entered.error());
    double fastest = 0;
    constexpr double enough = 5; // seconds: a step this long needs no repetition to be judged
    for (std::int64_t step = 0; step < 4 && (step == 0 || fastest < enough); ++step) {
        const auto report = made->engine->step({.step = step, .learningRate = 0});
        if (!report)
            return fail(report.error());
        fastest = fastest == 0 || step == 1 ? report->seconds : std::min(fastest, report->seconds);
    }
    return fastest;
}

/// Seconds of one step of the set-up as it stands: the first line of a plan, as the window asks for it saving
/// by saving.
ExitCode priceAsConfigured(const RunConfig& config, bool json)
{
    const auto seconds = measuredSeconds(config, config.choices);
    if (!seconds)
        return complain(seconds.error());
    if (json)
        fmt::print("{}\n",
            jsonText(Json{{"rungs",
                {{{"rung", Json()}, {"step_seconds", *seconds},
                    {"choices", choicesToJson(config.choices)}}}}}));
    else
        fmt::print("{}: {:.4f} s a step\n", config.name, *seconds);
    return ExitCode::Done;
}

void tellFit(const FittedChoices& fitted, std::int64_t budget, bool anyFits)
{
    if (fitted.fits)
        fmt::print("budget {}: {} of the exact savings are enough; memory.fit=exact takes them by itself\n",
            formatBytes(budget), fitted.taken.size());
    else
        fmt::print("budget {}: no exact way fits{}\n", formatBytes(budget),
            anyFits ? "; a saving that changes bits does, and is yours to choose" : ", nor any other");
}

ExitCode plan(const PlanOptions& options)
{
    const auto config = configOf(options);
    if (!config)
        return complain(config.error());
    const auto budget = deviceLimit(config->memory);
    if (options.asConfigured && !hasRealSeconds(*config))
        return complain(
            {"a step on a simulated card takes no real seconds, so there is nothing to measure; choose "
             "memory.device=cpu or a card",
                ExitCode::Usage});
    if (options.asConfigured)
        return priceAsConfigured(*config, options.json);
    if (!budget)
        return complain({"plan needs a budget; write --budget 8GiB", ExitCode::Usage});
    Json lines = Json::array();
    if (!options.json)
        fmt::print("{:<58}{:>12}{:>8}{:>14}{:>10}\n", "each saving on top of those before", "peak (est.)",
            "fits", "bits", "step");
    double first = 0;
    bool anyFits = false;
    for (const PlanLine& line : planLadder(config->estimateInput())) {
        RunConfig candidate = *config;
        candidate.choices = line.choices;
        if (!check(candidate))
            continue;
        double price = 0; // seconds a step; 0: not measured
        const std::string tooLarge
            = config->memory.allowOvercommit ? "" : whyTooLarge(needsOf(candidate), roomForSteps(candidate));
        if (!options.quick && tooLarge.empty() && hasRealSeconds(*config)) {
            const auto seconds = measuredSeconds(*config, line.choices);
            if (!seconds)
                return complain(seconds.error());
            price = *seconds;
            first = first == 0 ? price : first;
        }
        const bool fits = line.peakDeviceBytes <= *budget;
        anyFits = anyFits || fits;
        const std::string title(line.rung ? titleOf(*line.rung) : "as configured");
        lines.push_back({{"rung", line.rung ? Json(nameOf(*line.rung)) : Json()}, {"title", title},
            {"peak_device_bytes", line.peakDeviceBytes}, {"fits", fits}, {"keeps_bits", line.keepsBits},
            {"step_seconds", price > 0 ? Json(price) : Json()},
            {"too_large", tooLarge.empty() ? Json() : Json(tooLarge)},
            {"choices", choicesToJson(line.choices)}});
        if (!options.json)
            fmt::print("{:<58}{:>12}{:>8}{:>14}{:>10}\n", title, formatBytes(line.peakDeviceBytes),
                fits ? "yes" : "no", line.keepsBits ? "the same" : "change",
                price > 0              ? fmt::format("{:.2f} x", price / first)
                    : tooLarge.empty() ? "-"
                                       : "too large");
    }
    const FittedChoices fitted = fitExactly(config->estimateInput(), *budget);
    if (options.json)
        fmt::print("{}\n",
            jsonText(Json{{"budget_bytes", *budget}, {"rungs", lines}, {"exact_fit", fitted.fits},
                {"exact_choices", choicesToJson(fitted.choices)}}));
    else
        tellFit(fitted, *budget, anyFits);
    return anyFits ? ExitCode::Done : ExitCode::OutOfMemory;
}

ExitCode trial(const PlanOptions& options)
{
    const auto config = configOf(options);
    if (!config)
        return complain(config.error());
    RunConfig least = *config; // a trial's batches are smaller than the run's
    least.training.batchSize = 1;
    if (const auto room = checkRoom(least, roomForSteps(least)); !room)
        return complain(room.error());
    const ScratchStates states(config->memory);
    const auto result = runTrial(*config, engineFactory(), states.file());
    if (!result)
        return complain(result.error());
    if (options.json) {
        fmt::print("{}\n",
            jsonText(Json{{"peak_device_bytes", result->peakDeviceBytes()}, {"by_phase", toJson(*result)}}));
        return ExitCode::Done;
    }
    fmt::print("{}: from two small real steps of each phase\n", config->name);
    for (const Phase phase : allPhases)
        if (const auto& peak = result->byPhase[indexOf(phase)])
            fmt::print("{:<10}{:>12}\n", nameOf(phase), formatBytes(peak->total()));
    fmt::print("largest: {} in {}\n", formatBytes(result->peakDeviceBytes()), nameOf(result->largestPhase()));
    return ExitCode::Done;
}

void addOptions(CLI::App& command, PlanOptions& options)
{
    command.add_option("config", options.config, "Config file (JSON)")->required();
    addConfigOptions(command, options.change, "the config's");
    command.add_flag("--json", options.json, "Print one object on stdout");
}

} // namespace

void addPlan(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<PlanOptions>();
    CLI::App* command = app.add_subcommand("plan",
        "How to fit a budget: the peak after each saving, whether bits change, and its price in time here");
    addOptions(*command, *options);
    command->add_option(
        "--budget", options->budget, "Device bytes, for example 8GiB; else memory.budget of the config");
    command->add_flag("--quick", options->quick, "Estimates only, no steps are run");
    command->add_flag("--as-configured", options->asConfigured,
        "Only what a step costs here as the config stands, no savings; needs no budget");
    command->callback([options, &chosen] { chosen = [options] { return plan(*options); }; });
}

void addTrial(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<PlanOptions>();
    CLI::App* command
        = app.add_subcommand("trial", "The peak memory from two small real steps of each phase");
    addOptions(*command, *options);
    command->callback([options, &chosen] { chosen = [options] { return trial(*options); }; });
}

} // namespace mantissa
