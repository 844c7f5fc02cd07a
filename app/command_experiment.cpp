// SPDX-License-Identifier: Apache-2.0
// experiment: arms × seeds one after another, and what they prove.

#include "app/attended_training.h"
#include "app/commands.h"
#include "app/say.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/evidence/experiment.h"
#include "core/evidence/experiment_folder.h"
#include "core/evidence/new_experiment.h"
#include "core/output/experiment_report.h"
#include "core/output/html_report.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct ExperimentOptions {
    ExperimentRequest request{};
    bool json = false;
};

struct Experiment {
    ExperimentPlan plan{};
    std::vector<PlannedRun> planned{};
    std::vector<std::optional<Run>> runs{}; ///< as planned; nothing: not there yet
    std::vector<std::string> refusals{}; ///< as planned: why one could not be begun or gone on with
    fs::path folder{};
    std::string repeatCommand{};
    RunLock lock{};
};

Result<ExperimentPlan> readPlan(const ExperimentRequest& request)
{
    const auto loaded = loadConfig(request.configFile, {.settings = request.settings});
    if (!loaded)
        return fail(loaded.error());
    for (const std::string& notice : loaded->notices)
        say("{}\n", notice); // what has no effect is told by each run
    for (const std::string& arm : request.arms)
        if (isBaselineArm(arm, loaded->config))
            say("{} is the baseline, which is always there as {}\n", arm, baselineArmName);
    return planOf(request, loaded->config);
}

Result<Experiment> openExperiment(const ExperimentRequest& request)
{
    auto plan = readPlan(request);
    if (!plan)
        return fail(plan.error());
    Experiment experiment{
        .plan = std::move(*plan), .folder = request.out, .repeatCommand = repeatCommand(request)};
    // without the time in its name, so that the same command finds what it began
    if (request.out.empty())
        experiment.folder
            = defaultRunsFolder() / ("experiment-" + fs::path(request.configFile).stem().string());
    experiment.folder = placeOf(experiment.folder);
    experiment.planned = runsOf(experiment.plan);
    std::error_code error;
    fs::create_directories(experiment.folder, error);
    if (error)
        return fail(fmt::format("cannot make the folder {}: {}; choose another with --out",
            experiment.folder.string(), error.message()));
    auto lock = RunLock::take(experiment.folder);
    if (!lock)
        return fail(lock.error());
    experiment.lock = std::move(*lock);
    auto runs = openExperimentRuns(experiment.plan, experiment.folder);
    if (!runs)
        return fail(runs.error());
    experiment.runs = std::move(*runs);
    experiment.refusals.resize(experiment.runs.size());
    return experiment;
}

ExperimentResult resultOf(const Experiment& experiment)
{
    std::vector<const Run*> pointers;
    for (const auto& run : experiment.runs)
        pointers.push_back(run ? &*run : nullptr);
    return resultOf(experiment.plan, pointers, experiment.refusals);
}

/// experiment.json, .md and .html, as far as it has come.
Result<Json> writeFiles(const Experiment& experiment)
{
    const ExperimentResult result = resultOf(experiment);
    const ExperimentReportInput input
        = experimentReportInput(result, experiment.plan, experiment.repeatCommand, experiment.folder);
    if (auto status = writeExperiment(input, experiment.folder); !status)
        return fail(status.error());
    return experimentJson(input);
}

bool isOpen(const std::optional<Run>& run) { return !run || !isFinal(*run); }

/// By the mean of the runs that are done; empty before the first.
std::string timeLeft(const Experiment& experiment)
{
    double seconds = 0;
    double done = 0;
    double open = 0;
    for (const auto& run : experiment.runs) {
        open += isOpen(run) ? 1 : 0;
        done += isOpen(run) ? 0 : 1;
        seconds += isOpen(run) ? 0 : run->seconds();
    }
    return done > 0 ? fmt::format(", about {} left", formatSeconds(open * seconds / done)) : "";
}

Result<RunEnded> trainOne(Experiment& experiment, std::size_t index)
{
    const PlannedRun& planned = experiment.planned[index];
    const auto setup = setUpRun(planned, experiment.folder);
    if (!setup)
        return fail(setup.error());
    say("run {} of {}: {}, seed {}{}{}\n", index + 1, experiment.planned.size(),
        experiment.plan.arms[planned.arm].name, planned.seed, setup->resume ? " (resumed)" : "",
        timeLeft(experiment));
    auto& run = experiment.runs[index];
    if (!run)
        run.emplace(setup->config, setup->folder);
    return trainAttended(*setup, *run);
}

/// Trains what is missing; one that cannot run stops itself alone. Errors: nothing could run at all;
/// Interrupted when the user asked for it.
Status trainAll(Experiment& experiment)
{
    const auto open = std::count_if(experiment.runs.begin(), experiment.runs.end(), isOpen);
    if (const auto done = experiment.runs.size() - static_cast<std::size_t>(open); done > 0)
        say("{} of {} runs are there already\n", done, experiment.runs.size());
    std::optional<Error> refusal;
    bool hasAnyRun = false;
    for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
        if (!isOpen(experiment.runs[i]))
            continue;
        const auto ended = trainOne(experiment, i);
        experiment.refusals[i] = ended ? "" : ended.error().message;
        const std::string& message = ended ? ended->message : experiment.refusals[i];
        if (!message.empty())
            say("mantissa-cli: {}: {}\n", experiment.planned[i].folder, message);
        if (!ended && !refusal)
            refusal = ended.error();
        hasAnyRun = hasAnyRun || ended;
        TRY(writeFiles(experiment));
        // stopped: `mantissa-cli stop` means the training that it sees, which is all of it
        if (ended && (ended->outcome == Outcome::Interrupted || ended->outcome == Outcome::Stopped))
            return fail(fmt::format("{}; the same command goes on where it stopped", nameOf(ended->outcome)),
                ExitCode::Interrupted);
    }
    if (refusal && !hasAnyRun)
        return fail(
            "no run of the experiment could go on; the first of them: " + refusal->message, refusal->code);
    return {};
}

std::size_t lettersOf(const std::string& text)
{
    const auto begins = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }; // no continuation byte of UTF-8
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

void printTable(const ReportTable& table)
{
    std::vector<std::vector<std::string>> lines{table.header};
    lines.insert(lines.end(), table.rows.begin(), table.rows.end());
    std::vector<std::size_t> widths(table.header.size());
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], lettersOf(line[i]));
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string padding(widths[i] - lettersOf(line[i]), ' ');
            text += i == 0 ? line[i] + padding : "  " + padding + line[i];
        }
        fmt::print("{}\n", text);
    }
}

void printResult(const Experiment& experiment)
{
    const ExperimentResult result = resultOf(experiment);
    printTable(armsTable(result));
    for (const ArmResult& arm : result.arms)
        if (arm.verdict)
            fmt::print("{}: {}; {}\n", arm.name, verdictText(arm), arm.reason);
    for (const std::string& warning : result.warnings)
        fmt::print("warning: {}\n", warning);
    fmt::print("{} of {} runs ended; report: {}\n", result.endedRuns(), result.plannedRuns(),
        shown((experiment.folder / "experiment.html").string()));
}

/// A diverged arm is a result; a diverged baseline, and a run that broke off, are failures.
ExitCode exitCodeOf(const Experiment& experiment)
{
    for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
        const auto& run = experiment.runs[i];
        if (!run || !run->ended())
            return ExitCode::Failed;
        if (run->ended()->outcome == Outcome::OutOfMemory)
            return ExitCode::OutOfMemory;
        if (run->ended()->outcome == Outcome::Diverged && experiment.planned[i].arm == 0)
            return ExitCode::Diverged;
        if (!isFinal(*run))
            return ExitCode::Failed;
    }
    return ExitCode::Done;
}

ExitCode runExperiment(const ExperimentOptions& options)
{
    auto experiment = openExperiment(options.request);
    if (!experiment)
        return complain(experiment.error());
    const auto status = trainAll(*experiment);
    const auto json = writeFiles(*experiment); // also of what was there already
    if (!json)
        return complain(json.error());
    if (options.json)
        fmt::print("{}\n", jsonText(*json));
    else
        printResult(*experiment);
    return status ? exitCodeOf(*experiment) : complain(status.error());
}

} // namespace

void addExperiment(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<ExperimentOptions>();
    CLI::App* command = app.add_subcommand("experiment",
        "Arms × seeds against an FP32 baseline, with intervals and a verdict on the quality claim");
    command->add_option("config", options->request.configFile, "Config file (JSON) that all arms share")
        ->required();
    command
        ->add_option("--arms", options->request.arms,
            "Presets, or .json files with config keys of precision and memory; separated by commas")
        ->required()
        ->delimiter(',')
        ->allow_extra_args(false);
    command
        ->add_option(
            "--seeds", options->request.seeds, "How many seeds, counted up from training.seed; at least 2")
        ->capture_default_str();
    command->add_option("--out", options->request.out,
        "Experiment folder (default: runs/experiment-<config>, or under $MANTISSA_RUNS); what is there is "
        "reused");
    command->add_option("--set", options->request.settings, "key=value over the config, for all arms")
        ->allow_extra_args(false);
    command->add_flag("--json", options->json, "Print one object on stdout at the end");
    command->callback([options, &chosen] { chosen = [options] { return runExperiment(*options); }; });
}

} // namespace mantissa
