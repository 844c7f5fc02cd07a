// SPDX-License-Identifier: Apache-2.0
// What a run's record costs while it grows and while it is drawn: events handed over, columns appended to,
// ranges of them asked for as a plot does.

#include "core/record/event_channel.h"
#include "core/record/run.h"
#include "core/record/series.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <thread>

namespace mantissa {

namespace {

constexpr int plotWidth = 1200; ///< pixels, a column of the plot each

StepDone stepAt(std::int64_t tick)
{
    StepDone done{.tick = tick, .step = tick, .loss = 4 + std::sin(static_cast<double>(tick)), .gradNorm = 1};
    done.seconds = 1e-3;
    done.memory.devicePeak.at(MemoryClass::Weights) = 1 << 20;
    return done;
}

/// As the trainer and the window do it, one after the other: a thousand steps between two frames.
void handOver(benchmark::State& state)
{
    constexpr std::int64_t batch = 1000;
    EventChannel channel;
    for (auto _ : state) {
        for (std::int64_t i = 0; i < batch; ++i)
            channel.push(stepAt(i));
        benchmark::DoNotOptimize(channel.drain());
    }
    state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(handOver);

/// What the trainer waits for while somebody drains all the time.
void handOverToABusyReader(benchmark::State& state)
{
    EventChannel channel;
    std::jthread reader([&](const std::stop_token& stop) {
        while (!stop.stop_requested())
            benchmark::DoNotOptimize(channel.drain());
    });
    std::int64_t tick = 0;
    for (auto _ : state)
        channel.push(stepAt(tick++));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(handOverToABusyReader)->UseRealTime();

/// Into all columns and records of a run.
void applyToRun(benchmark::State& state)
{
    Run run;
    std::int64_t tick = 0;
    for (auto _ : state) {
        run.apply(stepAt(tick));
        ++tick;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(applyToRun);

Series seriesOf(std::int64_t ticks)
{
    Series series;
    for (std::int64_t tick = 0; tick < ticks; ++tick)
        series.append(std::sin(static_cast<double>(tick) * 0.1));
    return series;
}

void append(benchmark::State& state)
{
    Series series;
    double value = 0;
    for (auto _ : state)
        series.append(value += 0.5);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append);

/// One frame of a plot over the whole series: its time follows pixels, not ticks.
void drawWhole(benchmark::State& state)
{
    const Series series = seriesOf(state.range(0));
    for (auto _ : state)
        for (std::int64_t pixel = 0; pixel < plotWidth; ++pixel)
            benchmark::DoNotOptimize(
                series.over(pixel * series.size() / plotWidth, (pixel + 1) * series.size() / plotWidth));
    state.SetItemsProcessed(state.iterations() * plotWidth);
}
BENCHMARK(drawWhole)->Arg(10'000)->Arg(1'000'000)->Arg(10'000'000);

void findMost(benchmark::State& state)
{
    const Series series = seriesOf(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(series.tickOfMost(1, series.size() - 1));
}
BENCHMARK(findMost)->Arg(10'000)->Arg(1'000'000)->Arg(10'000'000);

/// A roll-back: what a truncated pyramid costs to be whole again is paid by the next appends.
void truncateAndGoOn(benchmark::State& state)
{
    constexpr std::int64_t back = 500;
    Series series = seriesOf(1'000'000);
    for (auto _ : state) {
        series.truncate(series.size() - back);
        for (std::int64_t i = 0; i < back; ++i)
            series.append(1);
    }
    state.SetItemsProcessed(state.iterations() * back);
}
BENCHMARK(truncateAndGoOn);

} // namespace

} // namespace mantissa

BENCHMARK_MAIN();
