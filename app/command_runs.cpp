// SPDX-License-Identifier: Apache-2.0
// runs, digest, compare, report: what is there, and what it shows.

#include "app/commands.h"
#include "app/say.h"
#include "core/base/child_process.h"
#include "core/base/installation.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/evidence/comparison.h"
#include "core/evidence/experiment_folder.h"
#include "core/files/weights_digest.h"
#include "core/output/experiment_report.h"
#include "core/output/html_report.h"
#include "core/record/foreign_run.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <deque>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

Result<fs::path> weightsOf(const fs::path& what)
{
    std::error_code error;
    if (fs::is_regular_file(what, error))
        return what;
    if (fs::exists(what / "model.safetensors", error))
        return what / "model.safetensors";
    if (const auto checkpoint = newestCheckpoint(what))
        return *checkpoint / "model.safetensors";
    if (fs::exists(what / "states.json", error))
        return fail(fmt::format("{} keeps its weights in its states on disk until it ends; `resume` it, with "
                                "--set training.max_steps=… to end it soon",
                        what.string()),
            ExitCode::Usage);
    return fail(
        fmt::format("{} has no checkpoint yet; name a run folder, a checkpoint or a .safetensors file",
            what.string()),
        ExitCode::Usage);
}

ExitCode digest(const fs::path& what)
{
    if (const auto status = checkNoExperiment(what); !status)
        return complain(status.error());
    const auto file = weightsOf(what);
    if (!file)
        return complain(file.error());
    const auto hex = weightsDigest(*file);
    if (!hex)
        return complain(hex.error());
    fmt::print("{}  {}\n", *hex, shown(file->string()));
    return ExitCode::Done;
}

/// Of a measurement, where 0 means that nothing is known.
template <class Number> Json knownOrNull(Number value) { return value > 0 ? Json(value) : Json(); }

/// NaN is not known; an infinite loss is one.
Json finiteOrNull(double value) { return std::isnan(value) ? Json() : jsonNumber(value); }

void printRuns(const std::vector<RunListing>& runs)
{
    if (!runs.empty())
        fmt::print("{:<44} {:<13} {:>19} {:<13} {:>9} {:>12}\n", "run", "state", "steps", "preset",
            "eval loss", "peak");
    for (const RunListing& run : runs)
        fmt::print("{:<44} {:<13} {:>19} {:<13} {:>9} {:>12}{}\n", run.name, nameOf(run.state),
            formatProgress(run.steps, run.maxSteps), run.preset,
            std::isnan(run.evalLoss) ? "–" : fmt::format("{:.4f}", run.evalLoss),
            formatMeasuredBytes(static_cast<double>(run.peakDeviceBytes)),
            readRunLabels(run.folder).isArchived ? "  archived" : "");
}

void printExperiments(const std::vector<ExperimentListing>& experiments, bool followsRuns)
{
    if (!experiments.empty())
        fmt::print("{}experiment\n", followsRuns ? "\n" : "");
    for (const ExperimentListing& experiment : experiments)
        fmt::print("{:<44} {}{}\n", experiment.name,
            experiment.plannedRuns > 0
                ? fmt::format("{} of {} runs ended", experiment.endedRuns, experiment.plannedRuns)
                : "its experiment.json cannot be read",
            experiment.isArchived ? "  archived" : "");
}

/// A folder that was named must be one; the usual one need not be there yet.
ExitCode listThem(const std::string& named, bool json)
{
    const fs::path folder = named.empty() ? defaultRunsFolder() : fs::path(named);
    std::error_code error;
    if (!named.empty() && !fs::is_directory(folder, error))
        return complain(
            {fmt::format("{} is no folder; name the one that holds runs", named), ExitCode::Usage});
    const auto runs = listRuns(folder);
    const auto experiments = listExperiments(folder);
    if (json) {
        Json list = Json::array();
        for (const RunListing& run : runs)
            list.push_back({{"run_dir", run.folder.string()}, {"state", nameOf(run.state)},
                {"steps", run.steps}, {"max_steps", run.maxSteps}, {"preset", run.preset},
                {"eval_loss", finiteOrNull(run.evalLoss)},
                {"peak_device_bytes", knownOrNull(run.peakDeviceBytes)},
                {"tokens_per_second", knownOrNull(run.tokensPerSecond)},
                {"archived", readRunLabels(run.folder).isArchived}});
        for (const ExperimentListing& experiment : experiments)
            list.push_back({{"experiment_dir", experiment.folder.string()},
                {"ended_runs", experiment.plannedRuns > 0 ? Json(experiment.endedRuns) : Json()},
                {"planned_runs", knownOrNull(experiment.plannedRuns)}, {"archived", experiment.isArchived}});
        fmt::print("{}\n", jsonText(list));
        return ExitCode::Done;
    }
    if (runs.empty() && experiments.empty())
        fmt::print("no runs in {}; `train` makes one\n", shown(folder.string()));
    printRuns(runs);
    printExperiments(experiments, !runs.empty());
    return ExitCode::Done;
}

/// The runs named, opened; a deque so that pointers into it stay.
struct OpenedRuns {
    std::deque<Run> runs;
    std::vector<const Run*> pointers;
    std::optional<std::size_t> baseline;
};

Result<OpenedRuns> openAll(const std::vector<std::string>& folders, const std::string& baseline)
{
    OpenedRuns opened;
    const auto add = [&](const fs::path& folder) -> Status {
        auto run = readAnyRun(folder);
        if (!run)
            return fail(run.error());
        opened.runs.push_back(std::move(*run));
        opened.pointers.push_back(&opened.runs.back());
        return {};
    };
    for (const std::string& folder : folders) {
        if (auto status = add(folder); !status)
            return fail(status.error());
        if (!baseline.empty() && placeOf(folder) == placeOf(baseline))
            opened.baseline = opened.runs.size() - 1;
    }
    if (!baseline.empty() && !opened.baseline) {
        if (auto status = add(baseline); !status)
            return fail(status.error());
        opened.baseline = opened.runs.size() - 1;
    }
    if (!opened.baseline)
        opened.baseline = guessBaseline(opened.pointers);
    return opened;
}

Json rowToJson(const ComparisonRow& row)
{
    const auto orNull = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
    const auto ifMeasured = [&](auto value) { return row.isUnknown || row.isForeign ? Json() : Json(value); };
    Json json = {{"title", row.title}, {"baseline", row.isBaseline}, {"steps", row.steps},
        {"peak_device_bytes", knownOrNull(row.peakDeviceBytes)},
        {"mean_device_bytes", knownOrNull(row.meanDeviceBytes)}, {"peak_ratio", orNull(row.peakRatio)},
        {"mean_ratio", orNull(row.meanRatio)}, {"eval_loss", finiteOrNull(row.evalLoss)},
        {"tokens_per_second", knownOrNull(row.tokensPerSecond)}, {"speed_ratio", orNull(row.speedRatio)},
        {"casts", ifMeasured(row.casts)}, {"cast_seconds", ifMeasured(row.castSeconds)},
        {"cast_mismatches", ifMeasured(row.castMismatches)}, {"skipped_steps", ifMeasured(row.skippedSteps)},
        {"quality_delta_percent", row.last ? jsonNumber(row.last->deltaPercent) : Json()}};
    if (row.last && row.last->overBatches)
        json["quality_delta_over_windows"] = {{"low", row.last->overBatches->low()},
            {"high", row.last->overBatches->high()}, {"windows", row.last->overBatches->n}};
    return json;
}

ExitCode compare(const std::vector<std::string>& folders, const std::string& baseline, bool json)
{
    const auto opened = openAll(folders, baseline);
    if (!opened)
        return complain(opened.error());
    const Comparison comparison = compareRuns(opened->pointers, opened->baseline);
    for (const std::string& warning : comparison.warnings)
        say("{}\n", warning);
    if (json) {
        Json rows = Json::array();
        for (const ComparisonRow& row : comparison.rows)
            rows.push_back(rowToJson(row));
        fmt::print("{}\n", jsonText(Json{{"runs", rows}, {"warnings", comparison.warnings}}));
        return ExitCode::Done;
    }
    fmt::print("{:<44}{:>12}{:>8}{:>12}{:>10}{:>22}{:>11}{:>8}\n", "run", "peak", "", "mean", "eval loss",
        "quality delta", "tokens/s", "casts");
    for (const ComparisonRow& row : comparison.rows) {
        const std::string delta = row.isBaseline ? "baseline"
            : !row.last                          ? "–"
            : row.last->overBatches              ? fmt::format(
                               "{} ± {:.3f}", percentText(row.last->deltaPercent), row.last->overBatches->halfWidth)
                                    : percentText(row.last->deltaPercent);
        fmt::print("{:<44}{:>12}{:>8}{:>12}{:>10}{:>22}{:>11}{:>8}\n", row.title,
            formatMeasuredBytes(static_cast<double>(row.peakDeviceBytes)),
            row.peakRatio ? fmt::format("×{:.3f}", *row.peakRatio) : "–",
            formatMeasuredBytes(row.meanDeviceBytes),
            std::isnan(row.evalLoss) ? "–" : fmt::format("{:.4f}", row.evalLoss), delta,
            row.tokensPerSecond > 0 ? fmt::format("{:.0f}", row.tokensPerSecond) : "–",
            row.isUnknown || row.isForeign ? "–" : formatCount(row.casts));
    }
    fmt::print("n = 1 pair of runs: no interval over seeds; ± is over the evaluation windows of this pair\n");
    return ExitCode::Done;
}

struct ReportOptions {
    std::vector<std::string> folders{};
    std::string baseline{};
    std::string output{};
    std::string kind{}; ///< html, md, json or pdf; empty: as the output's name ends
};

/// The ending of the file to write. What has none because it is no file (stdout, a pipe) gets HTML.
Result<std::string> kindOf(const ReportOptions& options)
{
    if (!options.kind.empty())
        return "." + options.kind;
    const std::string ending = fs::path(options.output).extension().string();
    for (const char* known : {".html", ".md", ".json", ".pdf"})
        if (ending == known)
            return ending;
    std::error_code error;
    const auto there = fs::status(options.output, error);
    if (isStandardOutput(options.output) || fs::is_other(there))
        return std::string(".html");
    return fail(fmt::format("{} is no kind of report; name a file that ends in .html, .md, .json or .pdf, or "
                            "say --to html, md, json or pdf",
                    options.output),
        ExitCode::Usage);
}

/// By the window's program, which has what it takes to draw on paper.
ExitCode reportOnPaper(const ReportOptions& options)
{
    const fs::path window = programFolder() / "mantissa";
    std::error_code error;
    if (!fs::exists(window, error))
        return complain(
            {"a PDF is drawn by the window's program, which is not beside mantissa-cli; install it, "
             "or write .html and print that",
                ExitCode::Usage});
    if (options.folders.size() > 1 || isStandardOutput(options.output))
        return complain({"a PDF is of one run, in a file; other runs go into .html or .md", ExitCode::Usage});
    std::vector<std::string> command{window.string(), "--pdf", options.output, options.folders.front()};
    if (!options.baseline.empty())
        command.insert(command.end(), {"--baseline", options.baseline});
    const auto code = runProgram(command);
    if (!code)
        return complain(code.error());
    if (*code != 0)
        return static_cast<ExitCode>(*code); // it has said why
    fmt::print("{}\n", shown(options.output));
    return ExitCode::Done;
}

ExitCode reportExperiment(const ReportOptions& options, const std::string& kind)
{
    const fs::path folder = placeOf(options.folders.front());
    if (kind == ".pdf")
        return complain(
            {fmt::format("a PDF is of one run, and {} holds an experiment; write .html, .md or .json, "
                         "or name one of the runs in it",
                 folder.string()),
                ExitCode::Usage});
    if (options.folders.size() > 1 || !options.baseline.empty())
        return complain(
            {fmt::format("{} holds an experiment, whose report has its own runs and baseline alone; "
                         "leave the others out",
                 folder.string()),
                ExitCode::Usage});
    const auto stored = readExperiment(folder);
    if (!stored)
        return complain(stored.error());
    const auto result = openExperimentResult(stored->plan, folder);
    if (!result)
        return complain(result.error());
    const ExperimentReportInput input = experimentReportInput(*result, stored->plan, stored->command, folder);
    if (kind == ".html")
        return writeResult(options.output, experimentHtml(input));
    if (kind == ".md")
        return writeResult(options.output, experimentMarkdown(input));
    return writeResult(options.output, jsonText(experimentJson(input)) + "\n");
}

ExitCode report(const ReportOptions& options)
{
    const auto kind = kindOf(options);
    if (!kind)
        return complain(kind.error());
    if (isExperiment(options.folders.front()))
        return reportExperiment(options, *kind);
    if (*kind == ".pdf")
        return reportOnPaper(options);
    auto opened = openAll(options.folders, options.baseline);
    if (!opened)
        return complain(opened.error());
    const Run& first = opened->runs.front();
    if (first.isForeign())
        return complain({options.folders.front()
                + " was trained by another program; a report is of a run of this one, with others beside it",
            ExitCode::Usage});
    if (!opened->baseline || *opened->baseline == 0)
        if (const auto found = findBaseline(first.folder().parent_path(), first);
            found && opened->baseline != std::optional<std::size_t>(0))
            if (auto run = openRun(*found)) {
                opened->runs.push_back(std::move(*run));
                opened->pointers.push_back(&opened->runs.back());
                opened->baseline = opened->runs.size() - 1;
            }
    ReportInput input{.run = &first};
    if (opened->baseline && *opened->baseline != 0)
        input.baseline = opened->pointers[*opened->baseline];
    for (const Run* other : opened->pointers)
        if (other != input.run && other != input.baseline)
            input.others.push_back(other);
    input.environment = readEnvironment(first.folder());
    if (const auto file = weightsOf(first.folder()))
        if (const auto hex = weightsDigest(*file))
            input.digest = *hex;
    if (*kind == ".html")
        return writeResult(options.output, htmlReport(input));
    if (*kind == ".md")
        return writeResult(options.output, markdownReport(input));
    return writeResult(options.output, jsonText(summaryOf(first)) + "\n");
}

} // namespace

void addDigest(CLI::App& app, Command& chosen)
{
    auto what = std::make_shared<std::string>();
    CLI::App* command
        = app.add_subcommand("digest", "SHA-256 of the FP32 weights of a run, checkpoint or file");
    command->add_option("what", *what, "Run folder, checkpoint folder or .safetensors file")->required();
    command->callback([what, &chosen] { chosen = [what] { return digest(*what); }; });
}

void addRuns(CLI::App& app, Command& chosen)
{
    auto folder = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("runs", "List the runs of a folder");
    command->add_option("folder", *folder, "Folder of runs (default: runs, or $MANTISSA_RUNS)");
    command->add_flag("--json", *json, "Print a list on stdout");
    command->callback(
        [folder, json, &chosen] { chosen = [folder, json] { return listThem(*folder, *json); }; });
}

void addCompare(CLI::App& app, Command& chosen)
{
    auto folders = std::make_shared<std::vector<std::string>>();
    auto baseline = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("compare", "Runs side by side, one of them the baseline");
    command->add_option("runs", *folders, "Run folders")->required();
    command->add_option(
        "--baseline", *baseline, "The run to compare with (default: the first that is FP32 everywhere)");
    command->add_flag("--json", *json, "Print one object on stdout");
    command->callback([=, &chosen] { chosen = [=] { return compare(*folders, *baseline, *json); }; });
}

void addReport(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<ReportOptions>();
    CLI::App* command = app.add_subcommand(
        "report", "One file about a run (.html, .md, .json or .pdf) or an experiment (not .pdf)");
    command
        ->add_option(
            "runs", options->folders, "Run folders, the reported one first; or an experiment's folder")
        ->required();
    command->add_option("-o,--output", options->output, "File to write; - for stdout")->required();
    command->add_option("--to", options->kind, "What to write (default: as the file's name ends, else html)")
        ->check(CLI::IsMember({"html", "md", "json", "pdf"}));
    command->add_option(
        "--baseline", options->baseline, "The run to compare with (default: found beside the run)");
    command->callback([options, &chosen] { chosen = [options] { return report(*options); }; });
}

} // namespace mantissa
