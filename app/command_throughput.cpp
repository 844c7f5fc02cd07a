// SPDX-License-Identifier: Apache-2.0
// benchmark throughput: tokens a second of a config's real training steps, what a step costs the process, and
// how near it comes to what its products allow. With --turns a worker for timings that are paired with
// another program's: tests/peer/throughput.py.

#include "app/commands.h"
#include "app/config_options.h"
#include "app/engine_loader.h"
#include "app/scratch_states.h"
#include "core/base/seconds.h"
#include "core/base/units.h"
#include "core/model/family.h"
#include "core/record/device_choice.h"
#include "core/record/environment.h"
#include "core/record/machine_needs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <sys/resource.h>

namespace mantissa {

namespace {

struct ThroughputOptions {
    std::string config{};
    ConfigOptions change{};
    std::int64_t steps = 20;
    std::int64_t warmUp = 3; ///< libraries prepare what they need, and blocks are taken from the system
    bool json = false;
    bool turns = false;
    bool noBound = false;
};

/// Of this process and all its threads, since it began.
struct ProcessCosts {
    double cpuSeconds = 0; ///< user and system
    std::int64_t minorFaults = 0; ///< pages that came without a read
};

ProcessCosts processCosts()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return {seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_minflt};
}

/// Some steps, and what they took.
struct Turn {
    std::vector<double> stepSeconds{};
    double seconds = 0; ///< of all
    ProcessCosts costs{};
    double loss = 0; ///< of the last
    std::int64_t skipped = 0; ///< for gradients that were not finite
    MemoryReading peak{};
    std::int64_t reservedBytes = 0; ///< of the last, on Device and Host

    double perStep(double all) const { return all / static_cast<double>(stepSeconds.size()); }
};

std::int64_t reservedBytes(const MemoryReading& reading)
{
    return reading.deviceReservedPeak + reading.hostReservedPeak;
}

/// The learning rate is the config's from the first step on: its schedule changes no cost.
Result<Turn> takeSteps(Engine& engine, const RunConfig& config, std::int64_t first, std::int64_t count)
{
    Turn turn;
    const ProcessCosts before = processCosts();
    const SteadyTime start = steadyNow();
    for (std::int64_t i = 0; i < count; ++i) {
        const SteadyTime stepStart = steadyNow();
        const auto report = engine.step({.step = first + i, .learningRate = config.optimizer.learningRate});
        if (!report)
            return fail(report.error());
        turn.stepSeconds.push_back(secondsSince(stepStart));
        turn.loss = report->loss;
        turn.skipped += report->skipped ? 1 : 0;
        turn.peak.include(report->memory);
        turn.reservedBytes = reservedBytes(report->memory);
    }
    turn.seconds = secondsSince(start);
    const ProcessCosts after = processCosts();
    turn.costs = {after.cpuSeconds - before.cpuSeconds, after.minorFaults - before.minorFaults};
    return turn;
}

/// At a share of the way from the smallest value to the largest, between two where it falls there.
double quantile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
}

/// All that is told of a measurement.
struct Throughput {
    Turn turn{};
    std::int64_t grownBytes = 0; ///< taken from the system after the warm-up
    std::int64_t tokensPerStep = 0;
    EngineFacts facts{};
    std::optional<ProductBound> bound{};

    /// Of the step times' quantile, so the lower quartile of the speed is of the upper of the times.
    double tokensPerSecond(double share) const
    {
        return static_cast<double>(tokensPerStep) / quantile(turn.stepSeconds, 1 - share);
    }
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
    const RunConfig& config = loaded->config;
    if (!hasRealSeconds(config))
        return fail("a step on a simulated card takes no real seconds, so there is no throughput to measure; "
                    "choose memory.device=cpu or a card",
            ExitCode::Usage);
    TRY(checkRoom(config, roomForSteps(config)));
    return config;
}

/// An engine that stands in the phase Full.
Result<EngineParts> openEngine(const EngineSetup& setup)
{
    auto made = engineFactory()(setup);
    if (!made)
        return fail(made.error());
    const auto entered = made->engine->enter(Phase::Full, setup.config.choices.resolve(Phase::Full));
    if (!entered)
        return fail(entered.error());
    return made;
}

Result<Throughput> measure(const ThroughputOptions& options, const EngineSetup& setup)
{
    Throughput measured;
    {
        const auto parts = openEngine(setup);
        if (!parts)
            return fail(parts.error());
        measured.facts = parts->engine->facts();
        measured.tokensPerStep = measured.facts.tokensPerStep;
        const auto warm = takeSteps(*parts->engine, setup.config, 0, options.warmUp);
        if (!warm)
            return fail(warm.error());
        auto turn = takeSteps(*parts->engine, setup.config, options.warmUp, options.steps);
        if (!turn)
            return fail(turn.error());
        measured.turn = std::move(*turn);
        measured.grownBytes = measured.turn.reservedBytes - warm->reservedBytes;
    }
    if (options.noBound)
        return measured;
    const auto engine = loadEngine();
    if (!engine)
        return fail(engine.error());
    auto bound = (*engine)->measureProducts(setup);
    if (!bound)
        return fail(bound.error());
    bound->stepSeconds = quantile(measured.turn.stepSeconds, 0.5); // the share is of the steps shown
    bound->steps = options.steps;
    measured.bound = std::move(*bound);
    return measured;
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
    const auto parts = openEngine(setup);
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
    const auto measured = measure(options, setup);
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
    CLI::Option* steps = command->add_option("--steps", options->steps, "Steps that are timed")
                             ->check(CLI::Range(1, 1'000'000));
    CLI::Option* warmUp = command->add_option("--warmup", options->warmUp, "Steps before them")
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
    command->callback([options, &chosen] { chosen = [options] { return throughput(*options); }; });
}

} // namespace mantissa
