// SPDX-License-Identifier: Apache-2.0
// estimate: the peak from shapes alone, said three ways.

#include "app/commands.h"
#include "app/config_options.h"
#include "app/say.h"
#include "core/base/units.h"
#include "core/model/family.h"
#include "core/record/config_data.h"
#include "core/record/device_limit.h"
#include "core/record/machine_needs.h"
#include "core/record/run_config.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"
#include "core/training/phase_rhythm.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

/// Share of ticks in each phase when every Predict is accepted.
std::array<double, allPhases.size()> plannedShares(const RunConfig& config)
{
    std::array<double, allPhases.size()> shares{};
    std::ranges::copy(rhythmOf(config, config.training.maxSteps).ticks, shares.begin());
    return shares;
}

void printTable(const RunConfig& config, const Estimate& estimate)
{
    fmt::print("{:<10}{:<7}{:>12}", "phase", "format", "peak");
    for (const MemoryClass memoryClass : allMemoryClasses)
        fmt::print("{:>13}", nameOf(memoryClass));
    fmt::print("\n");
    for (const Phase phase : allPhases) {
        const auto& peak = estimate.byPhase[indexOf(phase)];
        if (!peak)
            continue;
        fmt::print("{:<10}{:<7}{:>12}", nameOf(phase), nameOf(config.choices.table.resolve(phase).compute),
            formatBytes(peak->total()));
        for (const MemoryClass memoryClass : allMemoryClasses)
            fmt::print("{:>13}", formatBytes(peak->at(memoryClass)));
        fmt::print("\n");
    }
}

/// Beside the card: memory and disk of this machine, and what is free of them.
void printMachine(const MachineNeeds& needs, const MachineRoom& room)
{
    const auto freeOf = [](const std::optional<std::int64_t>& bytes) {
        return bytes ? formatBytes(*bytes) + " free here" : std::string("what is free is not known");
    };
    fmt::print("memory of this machine: {} (Device {}, Host {}); {}\n", formatBytes(needs.memoryBytes()),
        needs.deviceIsMemory ? formatBytes(needs.deviceBytes) : "elsewhere", formatBytes(needs.hostBytes),
        freeOf(room.memoryBytes));
    fmt::print("disk: states {}, checkpoints {}; {}\n", formatBytes(needs.statesBytes),
        formatBytes(needs.checkpointBytes), freeOf(room.checkpointBytes));
    if (const std::string why = whyTooLarge(needs, room); !why.empty())
        fmt::print("larger than this machine: {}\n", why);
}

ExitCode estimate(const std::string& file, const ConfigOverrides& overrides, bool json)
{
    const auto loaded = loadConfig(file, overrides);
    if (!loaded)
        return complain(loaded.error());
    tellWords(*loaded);
    const auto fitted = asLongAsItsRows(loaded->config);
    if (!fitted)
        return complain(fitted.error());
    const RunConfig& config = *fitted;
    if (config.model.context < loaded->config.model.context)
        say("rows have at most {} tokens to read: the estimate is of a batch of these\n",
            config.model.context);
    const Estimate result = estimateMemory(config.estimateInput());
    const Estimate fp32 = estimateMemory(baselineOf(config).estimateInput());
    const MachineNeeds needs = needsOf(config);
    const MachineRoom room = roomFor(config, defaultRunsFolder() / "new");
    const double width = timeAveragedWidth(config.choices.table, plannedShares(config));
    if (json) {
        fmt::print("{}\n",
            jsonText(Json{{"peak_device_bytes", result.peakDeviceBytes()}, {"by_phase", toJson(result)},
                {"host_bytes", needs.hostBytes}, {"states_disk_bytes", needs.statesBytes},
                {"checkpoint_disk_bytes", needs.checkpointBytes}, {"too_large", whyTooLarge(needs, room)},
                {"fp32_peak_device_bytes", fp32.peakDeviceBytes()}, {"time_averaged_weight_width", width},
                {"parameters", parameterCount(config.model)}}));
        return ExitCode::Done;
    }
    fmt::print("{}: {} parameters, preset {}, an estimate from shapes\n", config.name,
        formatCount(parameterCount(config.model)), config.preset);
    printTable(config, result);
    fmt::print("largest: {} in {}; FP32 everywhere: {}\n", formatBytes(result.peakDeviceBytes()),
        nameOf(result.largestPhase()), formatBytes(fp32.peakDeviceBytes()));
    printMachine(needs, room);
    fmt::print("time-averaged weight width: {:.2f} of FP32, if every Predict is accepted (says nothing about "
               "the peak)\n",
        width);
    if (const auto budget = deviceLimit(config.memory))
        fmt::print("budget {}: {}\n", formatBytes(*budget),
            result.peakDeviceBytes() <= *budget ? "fits" : "does not fit");
    return ExitCode::Done;
}

} // namespace

void addEstimate(CLI::App& app, Command& chosen)
{
    struct Options {
        std::string config;
        ConfigOptions change;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "estimate", "The peak memory a config will need, by phase and class, from shapes");
    command->add_option("config", options->config, "Config file (JSON)")->required();
    addConfigOptions(*command, options->change, "the config's");
    command->add_flag("--json", options->json, "Print one object on stdout");
    command->callback([options, &chosen] {
        chosen = [options] { return estimate(options->config, options->change.overrides(), options->json); };
    });
}

} // namespace mantissa
