// SPDX-License-Identifier: Apache-2.0
// export: a run's numbers, charts and read-out as files for other programs.

#include "app/commands.h"
#include "app/say.h"
#include "core/base/json.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/evidence/experiment_folder.h"
#include "core/output/chart_registry.h"
#include "core/output/csv.h"
#include "core/output/model_export.h"
#include "core/output/readout_export.h"
#include "core/output/run_trace.h"
#include "core/output/svg.h"
#include "core/output/tensorboard.h"
#include "core/record/run_store.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <thread>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct ExportOptions {
    std::string run{};
    std::string to{};
    std::string output{};
    std::string chart{allCharts().front().name};
    std::vector<std::string> with{};
    std::optional<double> lead{};
    std::optional<Precision> as{};
    std::string checkpoint{};
    bool follows = false;

    std::vector<std::string> folders() const
    {
        std::vector<std::string> all{run};
        all.insert(all.end(), with.begin(), with.end());
        return all;
    }
};

std::vector<std::string> chartNames()
{
    std::vector<std::string> names;
    for (const ChartEntry& chart : allCharts())
        names.emplace_back(chart.name);
    return names;
}

Result<ChartSpec> experimentSpecOf(const ExportOptions& options, const ChartEntry& chart)
{
    const auto stored = readExperiment(options.run);
    if (!stored)
        return fail(stored.error());
    const auto result = openExperimentResult(stored->plan, options.run);
    if (!result)
        return fail(result.error());
    return *chart.build({.experiment = &*result});
}

Result<ChartSpec> runSpecOf(const ExportOptions& options, const ChartEntry& chart)
{
    std::deque<Run> opened; // pointers into it stay
    for (const std::string& folder : options.folders()) {
        auto run = openRun(folder);
        if (!run)
            return fail(run.error());
        opened.push_back(std::move(*run));
    }
    const Run& run = opened.front();
    std::vector<const Run*> others;
    for (std::size_t i = 1; i < opened.size(); ++i)
        others.push_back(&opened[i]);
    const Run* baseline = nullptr;
    if (const auto folder = findBaseline(run.folder().parent_path(), run); folder && *folder != run.folder())
        if (auto found = openRun(*folder)) {
            opened.push_back(std::move(*found));
            baseline = &opened.back();
            std::erase_if(others, [&](const Run* other) { return other->folder() == baseline->folder(); });
        }
    auto spec = chart.build(chartInput(run, baseline, others));
    if (!spec)
        return fail(fmt::format("{} has nothing to show as '{}'; --chart {} has", options.run, chart.name,
                        allCharts().front().name),
            ExitCode::Usage);
    return *spec;
}

Result<std::string> svgOf(const ExportOptions& options)
{
    const ChartEntry& chart = *findChart(options.chart); // the command line let no other through
    const auto spec
        = chart.need == ChartNeed::Experiment ? experimentSpecOf(options, chart) : runSpecOf(options, chart);
    if (!spec)
        return fail(spec.error());
    return standaloneSvg(chartSvg(*spec));
}

Result<std::string> csvOf(const ExportOptions& options)
{
    if (const auto config = readRunConfig(options.run); !config) // says in words when this is no run
        return fail(config.error());
    return runCsv(options.run);
}

ExitCode exportFolderOfModel(const ExportOptions& options)
{
    const auto done = exportModel(options.run, options.as, options.output, options.checkpoint);
    if (!done)
        return complain(done.error());
    fmt::print("{}: {} tensors, {} elements in {}\n", shown(options.output), done->tensors,
        formatCount(done->elements), nameOf(done->format));
    if (done->format != Precision::Fp32)
        fmt::print("rounding changed {} of them, by {:.2g} of the weights' root mean square\n",
            formatCount(done->changed), done->rootMeanSquare);
    for (const std::string& remark : done->remarks)
        say("{}\n", remark);
    return ExitCode::Done;
}

/// Once, or until the run ends or stands still.
ExitCode keepUp(TensorboardFolder& board, const ExportOptions& options)
{
    while (true) {
        const bool goesOn = options.follows && listRun(options.run).state == RunState::Running;
        if (const auto status = board.update(); !status)
            return complain(status.error());
        if (!goesOn)
            return ExitCode::Done;
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

/// What becomes a folder.
ExitCode exportFolder(const ExportOptions& options)
{
    if (isStandardOutput(options.output))
        return complain(
            {fmt::format(
                 "--to {} makes a folder of files, which stdout cannot take; name a folder", options.to),
                ExitCode::Usage});
    if (options.to == "huggingface")
        return exportFolderOfModel(options);
    if (options.to == "tensorboard") {
        auto board = TensorboardFolder::open(options.run, options.output);
        if (!board)
            return complain(board.error());
        fmt::print("{}\n", shown(board->file().string()));
        std::fflush(stdout);
        return keepUp(*board, options);
    }
    const auto done = exportReadout(options.run, options.output, options.lead);
    if (!done)
        return complain(done.error());
    fmt::print("{}: mean of {} weights, lead {:g}\n", shown(options.output), done->windowSteps, done->lead);
    return ExitCode::Done;
}

ExitCode exportRun(const ExportOptions& options)
{
    if (options.to == "readout" || options.to == "tensorboard" || options.to == "huggingface")
        return exportFolder(options);
    const auto text = options.to == "csv" ? csvOf(options)
        : options.to == "trace"           ? runTrace(options.run)
                                          : svgOf(options);
    if (!text)
        return complain(text.error());
    return writeResult(options.output, *text);
}

} // namespace

void addExport(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<ExportOptions>();
    CLI::App* command = app.add_subcommand("export",
        "A run's numbers (csv, tensorboard), its course (trace), a chart (svg), or its averaged weights "
        "(readout)");
    command->add_option("run", options->run, "Run folder; for the chart of an experiment its folder")
        ->required();
    command
        ->add_option("--to", options->to,
            "csv: a row for each step, probe and evaluation; tensorboard: an event file; trace: phases, "
            "steps, moves "
            "and memory for Perfetto; svg: a chart; readout: the mean of the last weights as "
            "model.safetensors; huggingface: a folder that from_pretrained loads")
        ->required()
        ->check(CLI::IsMember({"csv", "tensorboard", "trace", "svg", "readout", "huggingface"}));
    command
        ->add_option("-o,--output", options->output,
            "File to write, - for stdout; a folder for readout, tensorboard and huggingface")
        ->required();
    command->add_option("--chart", options->chart, "Which chart (svg)")
        ->check(CLI::IsMember(chartNames()))
        ->capture_default_str();
    command->add_flag("--follow", options->follows, "Go on as long as the run does (tensorboard)");
    command->add_option("--with", options->with, "Further runs to draw beside it (svg)");
    command->add_option("--lead", options->lead,
        "How far beyond the mean (readout): A + lead (A - B) (default: that of the last annealed estimate)");
    command->add_option_function<std::string>(
        "--as",
        [options](const std::string& name) {
            const auto parsed = parsePrecision(name);
            if (!parsed)
                throw CLI::ValidationError("--as", parsed.error().message);
            options->as = *parsed;
        },
        "Format of the weights (huggingface): fp32, bf16 or fp16 (default: that of the model's folder)");
    command
        ->add_option("--checkpoint", options->checkpoint,
            "Which of the run's checkpoints (huggingface): newest, best (by evaluation loss) or a step")
        ->default_str("newest");
    command->callback([options, &chosen] { chosen = [options] { return exportRun(*options); }; });
}

} // namespace mantissa
