// SPDX-License-Identifier: Apache-2.0
// export: a run's numbers, charts and read-out as files for other programs.

#include "app/commands.h"
#include "core/base/json.h"
#include "core/output/csv.h"
#include "core/output/readout_export.h"
#include "core/output/svg.h"
#include "core/record/run_store.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string run{};
    std::string to{};
    std::string output{};
    std::string chart = "memory";
    std::optional<double> lead{};
};

Result<std::string> svgOf(const Options& options)
{
    const auto run = openRun(options.run);
    if (!run)
        return fail(run.error());
    if (options.chart == "peaks")
        return standaloneSvg(peakBarsSvg(*run));
    std::optional<Run> baseline;
    const fs::path siblings = run->folder().parent_path().empty() ? "." : run->folder().parent_path();
    if (const auto folder = findBaseline(siblings, run->config()); folder && *folder != run->folder())
        if (auto opened = openRun(*folder))
            baseline = std::move(*opened);
    const ChartKind kind = options.chart == "timeline" ? ChartKind::Timeline
        : options.chart == "quality"                   ? ChartKind::Quality
        : options.chart == "loss"                      ? ChartKind::Loss
                                                       : ChartKind::Memory;
    return standaloneSvg(chartSvg(kind, *run, baseline ? &*baseline : nullptr));
}

Result<std::string> csvOf(const Options& options)
{
    if (const auto config = readRunConfig(options.run); !config) // says in words when this is no run
        return fail(config.error());
    return runCsv(options.run);
}

ExitCode exportRun(const Options& options)
{
    if (options.to == "readout") {
        const auto done = exportReadout(options.run, options.output, options.lead);
        if (!done)
            return complain(done.error());
        fmt::print("{}: mean of {} weights, lead {:g}\n", options.output, done->windowSteps, done->lead);
        return ExitCode::Done;
    }
    const auto text = options.to == "csv" ? csvOf(options) : svgOf(options);
    if (!text)
        return complain(text.error());
    if (const auto status = writeFileAtomically(options.output, *text); !status)
        return complain(status.error());
    fmt::print("{}\n", options.output);
    return ExitCode::Done;
}

} // namespace

void addExport(CLI::App& app, Command& chosen)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "export", "A run's numbers (csv), one of its charts (svg), or its averaged weights (readout)");
    command->add_option("run", options->run, "Run folder")->required();
    command
        ->add_option("--to", options->to,
            "csv: a row for each step, probe and evaluation; svg: a chart; readout: the mean of the last "
            "weights as model.safetensors")
        ->required()
        ->check(CLI::IsMember({"csv", "svg", "readout"}));
    command->add_option("-o,--output", options->output, "File to write; a folder for readout")->required();
    command->add_option("--chart", options->chart, "Which chart (svg)")
        ->check(CLI::IsMember({"memory", "timeline", "quality", "loss", "peaks"}))
        ->capture_default_str();
    command->add_option("--lead", options->lead,
        "How far beyond the mean (readout): A + lead (A - B) (default: that of the last annealed estimate)");
    command->callback([options, &chosen] { chosen = [options] { return exportRun(*options); }; });
}

} // namespace mantissa
