// SPDX-License-Identifier: Apache-2.0
// train and resume.

#include "app/attended_training.h"
#include "app/commands.h"
#include "app/config_options.h"
#include "app/outcome_code.h"
#include "app/run_profile.h"
#include "app/say.h"
#include "core/base/shell_word.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/evidence/quality_delta.h"
#include "core/record/config_remarks.h"
#include "core/record/device_choice.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"
#include "core/record/time_shares.h"
#include "core/training/resume.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

void printSummary(const Run& run)
{
    const Json s = summaryOf(run);
    const bool isTimed = hasRealSeconds(run.config());
    fmt::print("{} after {} steps{}\n", s["outcome"].get<std::string>(), formatCount(run.steps()),
        isTimed ? " in " + formatSeconds(run.seconds()) : "");
    if (!isTimed)
        fmt::print("{}\n", whyNoSpeed(run.config()));
    if (!run.evaluations().empty())
        fmt::print("evaluation loss  {:.4f} (at the start {:.4f})\n", run.evaluations().back().loss,
            run.evaluations().front().loss);
    if (!run.annealed().empty()) {
        const AnnealedEstimated& e = run.annealed().back();
        const std::string interval = std::isfinite(e.gainLow) // none from one batch
            ? fmt::format(
                " (95 % interval of the gain: {} to {})", signedText(e.gainLow, 4), signedText(e.gainHigh, 4))
            : "";
        fmt::print("annealed         {:.4f}, {:.4f} nats {} than the last weights at step {}{}\n", e.loss,
            std::abs(e.gain), e.gain < 0 ? "worse" : "better", e.step, interval);
    }
    if (isTimed && run.predictSeconds() > 0)
        fmt::print("Predict took     {}, {:.1f} % of the run\n", formatSeconds(run.predictSeconds()),
            100 * run.predictSeconds() / run.seconds());
    fmt::print("peak memory      {} (device), mean {}\n",
        formatMeasuredBytes(static_cast<double>(run.peakDeviceBytes())),
        formatMeasuredBytes(run.meanDeviceBytes()));
    fmt::print("casts            {} tensors{}, {} mismatches\n", formatCount(run.casts()),
        isTimed ? " in " + formatSeconds(run.castSeconds()) : "", run.castMismatches());
    if (run.skippedSteps() > 0)
        fmt::print("skipped          {} updates: FP16 overflowed, loss scale now {:.0f}\n",
            formatCount(run.skippedSteps()), s["loss_scale"].get<double>());
    if (run.rollbacks() > 0)
        fmt::print("rolled back      {} times, see the report\n", run.rollbacks());
    fmt::print("run folder       {}\nreport           mantissa-cli report {} -o report.html\n",
        shown(run.folder().string()), shellWord(run.folder().string()));
}

/// Adds to the summary what `profile` has found; the code of a run whose trace cannot be written.
ExitCode keepProfile(RunProfile& profile, const Run& run, Json& summary)
{
    const TimeShares shares = profile.spans()->shares();
    summary["time_shares"] = toJson(shares)["shares"];
    summary["profile"] = profile.file(run.folder());
    if (const auto written = profile.write(run.folder(), run.config().name); !written)
        return complain(written.error());
    return ExitCode::Done;
}

/// A start that had no room has trained nothing: what was made for it goes, and nothing else that lies there.
void forgetRefused(const fs::path& folder)
{
    std::error_code ignored;
    for (const char* made :
        {"run.json", "summary.json", "config.json", "environment.json", "events.jsonl", "states", "lock"})
        fs::remove(folder / made, ignored);
    fs::remove(folder, ignored); // stays where it holds more
}

ExitCode trainIn(TrainerSetup setup, RunProfile& profile, bool json)
{
    setup.spans = profile.spans();
    Run run(setup.config, setup.folder);
    if (setup.resume)
        if (auto opened = openRun(setup.folder))
            run = std::move(*opened);
    const auto ended = trainAttended(setup, run);
    if (!ended) {
        std::error_code error;
        if (ended.error().code == ExitCode::OutOfMemory && !setup.resume && !run.started())
            forgetRefused(setup.folder);
        if (json)
            fmt::print("{}\n",
                jsonText(Json{{"outcome", nameOf(outcomeOf(ended.error().code))},
                    {"message", ended.error().message},
                    {"run_dir", fs::exists(setup.folder, error) ? Json(setup.folder.string()) : Json()}}));
        return complain(ended.error());
    }
    if (!ended->message.empty())
        say("mantissa-cli: {}\n", ended->message);
    ExitCode kept = ExitCode::Done;
    Json summary = summaryOf(run);
    if (profile.isOn())
        kept = keepProfile(profile, run, summary);
    if (json) {
        fmt::print("{}\n", jsonText(summary));
    } else {
        printSummary(run);
        if (profile.isOn())
            fmt::print("time             {}\ntrace            {} (opens in https://ui.perfetto.dev)\n",
                sentenceOf(profile.spans()->shares()), shown(profile.file(run.folder())));
    }
    if (ended->outcome == Outcome::Interrupted)
        say("interrupted at step {}; go on with: mantissa-cli resume {}\n", run.steps(),
            shellWord(setup.folder.string()));
    return ended->outcome == Outcome::Completed ? kept : exitCodeOf(ended->outcome);
}

struct TrainOptions {
    std::string config;
    std::string out;
    ConfigOptions change;
    RunProfile profile{};
    bool json = false;
};

ExitCode train(TrainOptions& options)
{
    if (const auto status = options.profile.check(); !status)
        return complain(status.error());
    const auto loaded = loadConfig(options.config, options.change.overrides());
    if (!loaded)
        return complain(loaded.error());
    for (const std::string& notice : loaded->notices)
        say("{}\n", notice);
    const auto folder = options.out.empty() ? createRunFolder(defaultRunsFolder(), loaded->config)
                                            : createRunFolderAt(options.out, loaded->config);
    if (!folder)
        return complain(folder.error());
    return trainIn({.config = loaded->config, .folder = *folder, .notices = remarksOn(loaded->config)},
        options.profile, options.json);
}

ExitCode resume(TrainOptions& options)
{
    if (const auto status = options.profile.check(); !status)
        return complain(status.error());
    const fs::path folder = placeOf(options.out);
    const auto setup = planResume(folder, options.change.settings);
    if (!setup)
        return complain(setup.error());
    const auto run = openRun(folder);
    if (!run)
        return complain(run.error());
    if (run->ended() && run->ended()->outcome == Outcome::Completed
        && run->steps() >= setup->config.training.maxSteps && hasLastCheckpoint(folder, run->steps())) {
        say("{} is complete after {} steps; go further with --set training.max_steps=…\n",
            shown(folder.string()), run->steps());
        if (options.json)
            fmt::print("{}\n", jsonText(summaryOf(*run)));
        return ExitCode::Done;
    }
    return trainIn(*setup, options.profile, options.json);
}

} // namespace

void addTrain(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<TrainOptions>();
    CLI::App* command = app.add_subcommand("train", "Train what a config file describes");
    command->add_option("config", options->config, "Config file (JSON)")->required();
    command->add_option(
        "--out", options->out, "Run folder (default: runs/<time>-<name>, or under $MANTISSA_RUNS)");
    command->add_option(
        "--preset", options->change.preset, "Preset that replaces the config's: a name or a .json file");
    command
        ->add_option("--set", options->change.settings,
            "key=value over everything else, for example training.max_steps=300")
        ->allow_extra_args(false);
    options->profile.listenTo(*command);
    command->add_flag("--json", options->json, "Print one summary object on stdout at the end");
    command->callback([options, &chosen] { chosen = [options] { return train(*options); }; });
}

void addResume(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<TrainOptions>();
    CLI::App* command
        = app.add_subcommand("resume", "Go on with a run that was interrupted, or beyond its end");
    command->add_option("run", options->out, "Run folder")->required();
    command->add_option("--set", options->change.settings, "key=value, for example training.max_steps=4000")
        ->allow_extra_args(false);
    options->profile.listenTo(*command);
    command->add_flag("--json", options->json, "Print one summary object on stdout at the end");
    command->callback([options, &chosen] { chosen = [options] { return resume(*options); }; });
}

} // namespace mantissa
