// SPDX-License-Identifier: Apache-2.0
// benchmark throughput: tokens a second of a config's real training steps, what a step costs the process, and
// how near it comes to what its products allow. With --turns a worker for timings that are paired with
// another program's: tests/peer/throughput.py.

#include "app/commands.h"
#include "app/config_options.h"
#include "app/scratch_states.h"
#include "app/timed_steps.h"
#include "core/base/units.h"
#include "core/model/family.h"
#include "core/record/environment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

namespace mantissa {

namespace {

struct ThroughputOptions {
    std::string config{};
    ConfigOptions change{};
    TimedSteps timed{};
    bool json = false;
    bool turns = false;
    bool noBound = false;
};

/// A fact that the engine tells of where it runs; null where it does not.
Json factOf(const EngineFacts& facts, std::string_view name)
{
    for (const EnvironmentFact& fact : facts.environment)
        if (fact.name == name)
            return std::visit([](const auto& value) { return Json(value); }, fact.value);
    return {};
}

Json toJson(const Throughput& measured, const RunConfig& config)
{
    const Turn& turn = measured.turn;
    return {{"name", config.name}, {"preset", config.preset},
        {"compute", nameOf(config.choices.resolve(Phase::Full).compute)},
        {"parameters", measured.facts.parameters}, {"tokens_per_step", measured.tokensPerStep},
        {"steps", turn.stepSeconds.size()}, {"tokens_per_second", measured.tokensPerSecond(0.5)},
        {"tokens_per_second_quartiles", {measured.tokensPerSecond(0.25), measured.tokensPerSecond(0.75)}},
        {"step_seconds", quantile(turn.stepSeconds, 0.5)},
        {"step_cpu_seconds", turn.perStep(turn.costs.cpuSeconds)},
        {"step_minor_faults", turn.perStep(static_cast<double>(turn.costs.minorFaults))},
        {"step_system_bytes", turn.perStep(static_cast<double>(measured.grownBytes))}, {"loss", turn.loss},
        {"skipped", turn.skipped}, {"peak_device_bytes", turn.peak.devicePeak.total()},
        {"peak_device_reserved_bytes", turn.peak.deviceReservedPeak},
        {"peak_host_bytes", turn.peak.hostPeak.total()},
        {"peak_host_reserved_bytes", turn.peak.hostReservedPeak}, {"disk_bytes", turn.peak.diskPeak.total()},
        {"device", measured.facts.device}, {"threads", factOf(measured.facts, "threads")},
        {"instruction_set", factOf(measured.facts, "instruction_set")},
        {"libtorch", factOf(measured.facts, "libtorch")}, {"machine", machineEnvironment()},
        {"products", measured.bound ? mantissa::toJson(*measured.bound) : Json()}};
}

void print(const Throughput& measured, const RunConfig& config)
{
    const Turn& turn = measured.turn;
    const char* what = inputOf(config.model) == InputKind::Images ? "images" : "tokens";
    const MemoryReading& peak = turn.peak;
    fmt::print("{}, preset {}, computes in {}: {} parameters, {} {} a step\n", config.name, config.preset,
        nameOf(config.choices.resolve(Phase::Full).compute), formatCount(measured.facts.parameters),
        formatCount(measured.tokensPerStep), what);
    fmt::print("{}; instruction set {}; LibTorch {}\n", measured.facts.device,
        factOf(measured.facts, "instruction_set").get<std::string>(),
        factOf(measured.facts, "libtorch").get<std::string>());
    fmt::print("{:.1f} {}/s [{:.1f}, {:.1f}], median and quartiles of {} steps\n",
        measured.tokensPerSecond(0.5), what, measured.tokensPerSecond(0.25), measured.tokensPerSecond(0.75),
        turn.stepSeconds.size());
    fmt::print("a step takes {}, {} of CPU, {:.1f} minor faults and {} more from the system\n",
        formatSeconds(quantile(turn.stepSeconds, 0.5)), formatSeconds(turn.perStep(turn.costs.cpuSeconds)),
        turn.perStep(static_cast<double>(turn.costs.minorFaults)),
        formatBytes(std::llround(turn.perStep(static_cast<double>(measured.grownBytes)))));
    fmt::print("peak on Device {} (reserved {}), on Host {} (reserved {})\n",
        formatBytes(peak.devicePeak.total()), formatBytes(peak.deviceReservedPeak),
        formatBytes(peak.hostPeak.total()), formatBytes(peak.hostReservedPeak));
    fmt::print("loss {:.4f} after the last step\n", turn.loss);
    if (turn.skipped > 0)
        fmt::print("{} steps changed nothing: their gradients were not finite\n", turn.skipped);
    if (measured.bound)
        fmt::print("{}\n", sentenceOf(*measured.bound));
}

Result<RunConfig> configOf(const ThroughputOptions& options)
{
    auto loaded = loadConfig(options.config, options.change.overrides());
    if (!loaded)
        return fail(loaded.error());
    tellWords(*loaded);
    TRY(checkTimed(loaded->config));
    return loaded->config;
}

Json toJson(const Turn& turn, std::int64_t tokensPerStep)
{
    return {{"steps", turn.stepSeconds.size()}, {"seconds", turn.seconds},
        {"cpu_seconds", turn.costs.cpuSeconds}, {"minor_faults", turn.costs.minorFaults}, {"loss", turn.loss},
        {"skipped", turn.skipped}, {"peak_device_bytes", turn.peak.devicePeak.total()},
        {"peak_host_bytes", turn.peak.hostPeak.total()},
        {"reserved_bytes", turn.peak.deviceReservedPeak + turn.peak.hostReservedPeak},
        {"tokens", tokensPerStep * static_cast<std::int64_t>(turn.stepSeconds.size())}};
}

/// A line of stdin as a number of steps.
Result<std::int64_t> stepsOf(const std::string& line)
{
    constexpr std::int64_t most = 1'000'000;
    std::int64_t steps = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), steps);
    if (error != std::errc() || end != line.data() + line.size() || steps < 1 || steps > most)
        return fail(fmt::format("'{}' on stdin is no turn; expected a number of steps, 1 to {}, on each line",
                        line, most),
            ExitCode::Usage);
    return steps;
}

Status takeTurns(const EngineSetup& setup)
{
    const auto parts = openTimed(setup);
    if (!parts)
        return fail(parts.error());
    const std::int64_t tokensPerStep = parts->engine->facts().tokensPerStep;
    std::int64_t done = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const auto steps = stepsOf(line);
        if (!steps)
            return fail(steps.error());
        const auto turn = takeSteps(*parts->engine, setup.config, done, *steps);
        if (!turn)
            return fail(turn.error());
        done += *steps;
        fmt::print("{}\n", jsonLine(toJson(*turn, tokensPerStep)));
        std::fflush(stdout);
    }
    return {};
}

ExitCode throughput(const ThroughputOptions& options)
{
    const auto config = configOf(options);
    if (!config)
        return complain(config.error());
    const ScratchStates states(config->memory);
    const EngineSetup setup{.config = *config, .statesFile = states.file()};
    if (options.turns) {
        const auto taken = takeTurns(setup);
        return taken ? ExitCode::Done : complain(taken.error());
    }
    const auto measured = measureThroughput(setup, options.timed);
    if (!measured)
        return complain(measured.error());
    if (options.json)
        fmt::print("{}\n", jsonText(toJson(*measured, *config)));
    else
        print(*measured, *config);
    return ExitCode::Done;
}

constexpr const char* footer
    = R"(Steps of the phase Full with the config's data, at its learning rate from the first on; nothing is evaluated, sampled or saved. With --turns each line on stdin is a number of steps; after them one line of JSON tells seconds, CPU seconds, faults, loss and peaks, and the next line is waited for until stdin ends.

Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 out of memory, 4 diverged.)";

} // namespace

void addThroughput(CLI::App& benchmark, Command& chosen)
{
    auto options = std::make_shared<ThroughputOptions>();
    CLI::App* command = benchmark.add_subcommand("throughput",
        "Tokens a second of a config's training steps, and the share of what its products allow");
    command->add_option("config", options->config, "Config file (JSON)")->required();
    addConfigOptions(*command, options->change, "the config's");
    CLI::Option* steps = command->add_option("--steps", options->timed.steps, "Steps that are timed")
                             ->check(CLI::Range(1, 1'000'000));
    CLI::Option* warmUp = command->add_option("--warmup", options->timed.warmUp, "Steps before them")
                              ->check(CLI::Range(1, 1'000'000));
    CLI::Option* noBound
        = command->add_flag("--no-bound", options->noBound, "Do not measure what the products allow");
    CLI::Option* json = command->add_flag("--json", options->json, "Print one object on stdout");
    command->add_flag("--turns", options->turns, "Take turns with another program, as lines on stdin say")
        ->excludes(steps)
        ->excludes(warmUp)
        ->excludes(noBound)
        ->excludes(json);
    command->footer(footer);
    command->callback([options, &chosen] {
        chosen = [options] {
            options->timed.withBound = !options->noBound;
            return throughput(*options);
        };
    });
}

} // namespace mantissa
