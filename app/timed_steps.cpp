// SPDX-License-Identifier: Apache-2.0
#include "app/timed_steps.h"

#include "app/engine_loader.h"
#include "core/base/seconds.h"
#include "core/record/device_choice.h"
#include "core/record/machine_needs.h"

#include <algorithm>
#include <cmath>
#include <sys/resource.h>

namespace mantissa {

namespace {

ProcessCosts processCosts()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return {seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_minflt};
}

std::int64_t reservedBytes(const MemoryReading& reading)
{
    return reading.deviceReservedPeak + reading.hostReservedPeak;
}

} // namespace

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

double quantile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
}

Status checkTimed(const RunConfig& config)
{
    if (!hasRealSeconds(config))
        return fail("a step on a simulated card takes no real seconds, so there is no throughput to measure; "
                    "choose memory.device=cpu or a card",
            ExitCode::Usage);
    return checkRoom(config, roomForSteps(config));
}

Result<EngineParts> openTimed(const EngineSetup& setup)
{
    auto made = engineFactory()(setup);
    if (!made)
        return fail(made.error());
    const auto entered = made->engine->enter(Phase::Full, setup.config.choices.resolve(Phase::Full));
    if (!entered)
        return fail(entered.error());
    return made;
}

Result<Throughput> measureThroughput(const EngineSetup& setup, const TimedSteps& timed)
{
    Throughput measured;
    {
        const auto parts = openTimed(setup);
        if (!parts)
            return fail(parts.error());
        measured.facts = parts->engine->facts();
        measured.tokensPerStep = measured.facts.tokensPerStep;
        const auto warm = takeSteps(*parts->engine, setup.config, 0, timed.warmUp);
        if (!warm)
            return fail(warm.error());
        auto turn = takeSteps(*parts->engine, setup.config, timed.warmUp, timed.steps);
        if (!turn)
            return fail(turn.error());
        measured.turn = std::move(*turn);
        measured.grownBytes = measured.turn.reservedBytes - warm->reservedBytes;
    }
    if (!timed.withBound)
        return measured;
    const auto engine = loadEngine();
    if (!engine)
        return fail(engine.error());
    auto bound = (*engine)->measureProducts(setup);
    if (!bound)
        return fail(bound.error());
    bound->stepSeconds = quantile(measured.turn.stepSeconds, 0.5); // the share is of the steps shown
    bound->steps = timed.steps;
    measured.bound = std::move(*bound);
    return measured;
}

} // namespace mantissa
