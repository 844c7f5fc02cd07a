// SPDX-License-Identifier: Apache-2.0
// what-if: what a recorded run would have needed with another config, from what it measured.

#include "app/commands.h"
#include "app/config_options.h"
#include "core/base/units.h"
#include "core/evidence/what_if.h"
#include "core/precision/phase_title.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

std::string formatOf(const WhatIfPhase& row)
{
    const std::string before = row.recordedPlan ? std::string(nameOf(row.recordedPlan->compute)) : "-";
    const std::string after = row.plan ? std::string(nameOf(row.plan->compute)) : "-";
    return before == after ? before : before + " > " + after;
}

std::string changeOf(std::int64_t bytes) { return (bytes < 0 ? "-" : "+") + formatBytes(std::abs(bytes)); }

std::string movedClasses(const WhatIfPhase& row)
{
    std::string text;
    if (row.recorded && row.predicted)
        for (const MemoryClass memoryClass : allMemoryClasses)
            if (const std::int64_t change = row.predicted->at(memoryClass) - row.recorded->at(memoryClass);
                change != 0)
                text += fmt::format(
                    "{}{} {}", text.empty() ? "" : ", ", nameOf(memoryClass), changeOf(change));
    return text;
}

std::string bytesOf(const std::optional<MemoryComposition>& composition)
{
    return composition ? formatBytes(composition->total()) : "-";
}

void printTable(const Run& run, const WhatIf& result)
{
    fmt::print(
        "what if, from what {} measured over {} steps\n", run.title(), formatCount(result.recordedSteps));
    fmt::print("{:<9}{:<14}{:>10}{:>11} {:<10}{:>8}{:>8}{:>9}{:>9}  {}\n", "phase", "format", "peak", "then",
        "", "ticks", "then", "a tick", "then", "what moves");
    for (const WhatIfPhase& row : result.phases) {
        if (!row.recorded && !row.predicted)
            continue;
        fmt::print("{:<9}{:<14}{:>10}{:>11} {:<10}{:>8}{:>8}{:>9}{:>9}  {}\n", nameOf(row.phase),
            formatOf(row), bytesOf(row.recorded), bytesOf(row.predicted),
            row.predicted ? nameOf(row.source) : "", row.recordedTicks, row.ticks,
            row.recordedTicks > 0 ? formatSeconds(row.recordedTickSeconds) : "-",
            row.tickSeconds     ? formatSeconds(*row.tickSeconds)
                : row.ticks > 0 ? "unknown"
                                : "-",
            movedClasses(row));
    }
    fmt::print("peak: {} > {}, held by {}\n", formatBytes(result.recordedPeak), formatBytes(result.peak),
        titleOf(result.peakPhase));
    fmt::print("time: {} > {}\n", formatSeconds(result.recordedSeconds),
        result.seconds ? formatSeconds(*result.seconds) : "not measured in this run");
    for (const std::string& note : result.notes)
        fmt::print("{}\n", note);
}

Json toJson(const WhatIf& result)
{
    Json phases = Json::object();
    for (const WhatIfPhase& row : result.phases) {
        if (!row.recorded && !row.predicted)
            continue;
        const auto composition = [](const auto& bytes) {
            return bytes ? Json{{"device_bytes", bytes->total()}, {"by_class", mantissa::toJson(*bytes)}}
                         : Json();
        };
        phases[std::string(nameOf(row.phase))]
            = {{"recorded", composition(row.recorded)}, {"predicted", composition(row.predicted)},
                {"source", row.predicted ? Json(nameOf(row.source)) : Json()},
                {"recorded_ticks", row.recordedTicks}, {"ticks", row.ticks},
                {"recorded_tick_seconds", row.recordedTicks > 0 ? Json(row.recordedTickSeconds) : Json()},
                {"tick_seconds", row.tickSeconds ? Json(*row.tickSeconds) : Json()}};
    }
    return {{"recorded_peak_device_bytes", result.recordedPeak}, {"peak_device_bytes", result.peak},
        {"peak_phase", nameOf(result.peakPhase)}, {"recorded_steps", result.recordedSteps},
        {"steps", result.steps}, {"recorded_seconds", result.recordedSeconds},
        {"seconds", result.seconds ? Json(*result.seconds) : Json()}, {"by_phase", phases},
        {"notes", result.notes}};
}

ExitCode ask(const std::filesystem::path& folder, const ConfigOverrides& overrides, bool json)
{
    const auto run = openRun(folder);
    if (!run)
        return complain(run.error());
    if (!overrides.preset && overrides.settings.empty())
        return complain({"what-if needs a change: --preset NAME or --set key=value", ExitCode::Usage});
    const auto changed = configFromJson(toJson(run->config()), overrides, folder);
    if (!changed)
        return complain(changed.error());
    tellWords(*changed);
    const auto result = whatIf(*run, changed->config);
    if (!result)
        return complain(result.error());
    if (json)
        fmt::print("{}\n", jsonText(toJson(*result)));
    else
        printTable(*run, *result);
    return ExitCode::Done;
}

} // namespace

void addWhatIf(CLI::App& app, Command& chosen)
{
    struct Options {
        std::string run;
        ConfigOptions change;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "what-if", "Memory and time that a recorded run would have taken with another config");
    command->add_option("run", options->run, "Run folder")->required();
    addConfigOptions(*command, options->change, "the run's");
    command->add_flag("--json", options->json, "Print one object on stdout");
    command->callback([options, &chosen] {
        chosen = [options] { return ask(options->run, options->change.overrides(), options->json); };
    });
}

} // namespace mantissa
