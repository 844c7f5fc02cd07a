// SPDX-License-Identifier: Apache-2.0
// Kernels that touch each number once: exact casts, AdamW on each form of state, the loss by rows, statistics
// of numbers. Casts, updates and statistics on one thread; the loss on those of LibTorch (OMP_NUM_THREADS).

#include "core/torch/numbers/number_statistics.h"
#include "core/torch/operators/operators.h"
#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/state/pair.h"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

namespace mantissa {

namespace {

// The first fits a core's second cache with all its state, the second none.
constexpr std::int64_t inCache = 1 << 14;
constexpr std::int64_t inMemory = 1 << 23;

std::vector<float> normalNumbers(std::size_t n, float deviation)
{
    std::mt19937 source(1); // NOLINT: the same numbers in every run
    std::normal_distribution<float> distribution(0, deviation);
    std::vector<float> numbers(n);
    for (float& number : numbers)
        number = distribution(source);
    return numbers;
}

/// Elements that were gone through, and bytes that were read and written for each.
void tell(benchmark::State& state, std::size_t n, std::int64_t bytesPerElement)
{
    const auto elements = state.iterations() * static_cast<std::int64_t>(n);
    state.SetItemsProcessed(elements);
    state.SetBytesProcessed(elements * bytesPerElement);
}

void splitIntoBf16(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    const std::vector<float> from = normalNumbers(n, 0.02F);
    std::vector<std::uint16_t> high(n), low(n);
    for (auto _ : state)
        benchmark::DoNotOptimize(splitBf16(from.data(), high.data(), low.data(), n));
    tell(state, n, 8);
}
BENCHMARK(splitIntoBf16)->Arg(inCache)->Arg(inMemory);

void joinFromBf16(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    std::vector<float> numbers = normalNumbers(n, 0.02F);
    std::vector<std::uint16_t> high(n), low(n);
    splitBf16(numbers.data(), high.data(), low.data(), n);
    for (auto _ : state)
        benchmark::DoNotOptimize(joinBf16(high.data(), low.data(), numbers.data(), n));
    tell(state, n, 8);
}
BENCHMARK(joinFromBf16)->Arg(inCache)->Arg(inMemory);

void splitIntoFp16(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    const std::vector<float> from = normalNumbers(n, 0.02F);
    std::vector<std::uint16_t> high(n);
    std::vector<std::int16_t> low(n);
    std::vector<PairEscape> escapes;
    for (auto _ : state) {
        escapes.clear();
        benchmark::DoNotOptimize(splitFp16(from.data(), high.data(), low.data(), n, 0, escapes));
    }
    tell(state, n, 8);
}
BENCHMARK(splitIntoFp16)->Arg(inCache)->Arg(inMemory);

void joinFromFp16(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    std::vector<float> numbers = normalNumbers(n, 0.02F);
    std::vector<std::uint16_t> high(n);
    std::vector<std::int16_t> low(n);
    std::vector<PairEscape> escapes;
    splitFp16(numbers.data(), high.data(), low.data(), n, 0, escapes);
    for (auto _ : state) {
        joinFp16(high.data(), low.data(), numbers.data(), n);
        benchmark::ClobberMemory();
    }
    tell(state, n, 8);
}
BENCHMARK(joinFromFp16)->Arg(inCache)->Arg(inMemory);

enum class Weights { Fp32, Pair };
enum class Moments { Fp32, Int8 };

void updateWith(benchmark::State& state, Weights weights, Moments moments)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    const std::size_t blocks = n / momentBlock;
    std::vector<float> value = normalNumbers(n, 0.02F), gradient = normalNumbers(n, 1e-3F), m(n), v(n);
    std::vector<float> mScale(blocks), vScale(blocks);
    std::vector<std::int8_t> m8(n);
    std::vector<std::uint8_t> v8(n);
    std::vector<std::uint16_t> high(n), low(n), gradient16(n), lost(n);
    splitBf16(value.data(), high.data(), low.data(), n);
    splitBf16(gradient.data(), gradient16.data(), lost.data(), n);
    AdamwSlice slice{.n = n};
    if (weights == Weights::Fp32) {
        slice.value = value.data();
        slice.gradient = gradient.data();
    } else {
        slice.high = high.data();
        slice.low = low.data();
        slice.gradient16 = gradient16.data();
    }
    if (moments == Moments::Fp32) {
        slice.m = m.data();
        slice.v = v.data();
    } else {
        slice.m8 = m8.data();
        slice.v8 = v8.data();
        slice.mScale = mScale.data();
        slice.vScale = vScale.data();
    }
    std::int64_t t = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(updateAdamw(slice, adamwScalars(1e-5, 0.9, 0.95, 1e-8, 0.1, ++t, 1)));
    // weight and moments are read and written, the gradient is read
    const std::int64_t gradientBytes = weights == Weights::Fp32 ? 4 : 2;
    tell(state, n, 8 + gradientBytes + (moments == Moments::Fp32 ? 16 : 4));
}
BENCHMARK_CAPTURE(updateWith, fp32Weights_fp32Moments, Weights::Fp32, Moments::Fp32)
    ->Arg(inCache)
    ->Arg(inMemory);
BENCHMARK_CAPTURE(updateWith, pairs_fp32Moments, Weights::Pair, Moments::Fp32)->Arg(inCache)->Arg(inMemory);
BENCHMARK_CAPTURE(updateWith, pairs_int8Moments, Weights::Pair, Moments::Int8)->Arg(inCache)->Arg(inMemory);

/// Rows and vocabulary as `balanced` has them at a time, of bytes and of SmolLM2.
void lossAndGradient(benchmark::State& state)
{
    const at::Tensor fresh = at::randn({state.range(0), state.range(1)});
    const at::Tensor targets = at::randint(state.range(1), {state.range(0)}, at::kLong);
    const at::Tensor loss = at::zeros({1}, at::kDouble);
    const at::Tensor logits = fresh.clone();
    for (auto _ : state) {
        state.PauseTiming(); // the gradient has taken the place of the logits
        logits.copy_(fresh);
        state.ResumeTiming();
        ops::lossRows(logits, targets, 1e-3, true, loss);
    }
    tell(state, static_cast<std::size_t>(fresh.numel()), 8);
}
BENCHMARK(lossAndGradient)->Args({256, 256})->Args({256, 49152})->UseRealTime();

void statisticsOfUpdates(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    const std::vector<float> before = normalNumbers(n, 0.02F);
    std::vector<float> after = normalNumbers(n, 1e-4F);
    for (std::size_t i = 0; i < n; ++i)
        after[i] += before[i];
    NumberSums sums;
    for (auto _ : state)
        sums.addUpdates(before, after);
    benchmark::DoNotOptimize(sums.count());
    tell(state, n, 8);
}
BENCHMARK(statisticsOfUpdates)->Arg(inCache)->Arg(inMemory);

void statisticsOfGradients(benchmark::State& state)
{
    const auto n = static_cast<std::size_t>(state.range(0));
    const std::vector<float> gradients = normalNumbers(n, 1e-3F);
    NumberSums sums;
    for (auto _ : state)
        sums.addGradients(gradients, 1);
    benchmark::DoNotOptimize(sums.count());
    tell(state, n, 4);
}
BENCHMARK(statisticsOfGradients)->Arg(inCache)->Arg(inMemory);

} // namespace

} // namespace mantissa
