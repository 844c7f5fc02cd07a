// SPDX-License-Identifier: Apache-2.0
// Operators of a training step, forward and backward, ours beside LibTorch's: attention, norms, activations.
// At the sizes of a GPT of 6 × 384 with context 256 and a batch of 16; on the threads of LibTorch
// (OMP_NUM_THREADS).

#include "core/torch/operators/fused_operators.h"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <cmath>

namespace mantissa {

namespace {

constexpr std::int64_t samples = 16;
constexpr std::int64_t heads = 6;
constexpr std::int64_t context = 256;
constexpr std::int64_t headWidth = 64;
constexpr std::int64_t width = heads * headWidth;
constexpr std::int64_t rows = samples * context;
constexpr std::int64_t gelu = 0; // ActivationKind::GeluTanh

at::ScalarType formatOf(const benchmark::State& state)
{
    return state.range(0) == 16 ? at::kBFloat16 : at::kFloat;
}

at::Tensor numbers(at::IntArrayRef sizes, at::ScalarType type) { return at::randn(sizes).to(type); }

at::Tensor like(const at::Tensor& x) { return at::empty_like(x); }

ops::AttentionOperands attentionOperands(at::ScalarType type)
{
    const std::vector<std::int64_t> sizes{samples, heads, context, headWidth};
    ops::AttentionOperands o{
        .query = numbers(sizes, type), .key = numbers(sizes, type), .value = numbers(sizes, type)};
    o.output = like(o.query);
    o.logSumExp = at::empty({samples, heads, context}, at::kFloat);
    o.scale = 1 / std::sqrt(static_cast<double>(headWidth));
    return o;
}

void attentionForward(benchmark::State& state)
{
    const auto o = attentionOperands(formatOf(state));
    for (auto _ : state)
        ops::attention(o);
}

void attentionOfLibTorch(benchmark::State& state)
{
    const auto o = attentionOperands(formatOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(at::scaled_dot_product_attention(o.query, o.key, o.value, {}, 0, true));
}

void attentionBackward(benchmark::State& state)
{
    const auto o = attentionOperands(formatOf(state));
    ops::attention(o);
    const at::Tensor toOutput = numbers(o.output.sizes(), formatOf(state));
    const at::Tensor toQuery = like(o.query), toKey = like(o.key), toValue = like(o.value);
    for (auto _ : state)
        ops::attentionBackward(toOutput, o, toQuery, toKey, toValue);
}

void attentionBackwardOfLibTorch(benchmark::State& state)
{
    const auto o = attentionOperands(formatOf(state));
    const auto [output, logSumExp]
        = at::_scaled_dot_product_flash_attention_for_cpu(o.query, o.key, o.value, 0, true);
    const at::Tensor toOutput = numbers(o.output.sizes(), formatOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(at::_scaled_dot_product_flash_attention_for_cpu_backward(
            toOutput, o.query, o.key, o.value, output, logSumExp, 0, true));
}

ops::NormOperands normOperands(at::ScalarType type)
{
    return {.input = numbers({rows, width}, type),
        .weight = numbers({width}, type),
        .bias = numbers({width}, type),
        .mean = at::empty({rows}, at::kFloat),
        .factor = at::empty({rows}, at::kFloat),
        .epsilon = 1e-5};
}

void normForward(benchmark::State& state)
{
    const auto o = normOperands(formatOf(state));
    const at::Tensor output = like(o.input);
    for (auto _ : state)
        ops::norm(o, output);
}

void normOfLibTorch(benchmark::State& state)
{
    const auto o = normOperands(formatOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(at::native_layer_norm(o.input, {width}, o.weight, o.bias, o.epsilon));
}

void normBackward(benchmark::State& state)
{
    const auto o = normOperands(formatOf(state));
    ops::norm(o, like(o.input));
    const at::Tensor toOutput = numbers({rows, width}, formatOf(state));
    const at::Tensor toInput = like(o.input), toWeight = like(o.weight), toBias = like(o.bias);
    for (auto _ : state)
        ops::normBackward(toOutput, o, toInput, toWeight, toBias);
}

void activationForward(benchmark::State& state)
{
    const at::Tensor gate = numbers({rows, 4 * width}, formatOf(state));
    const at::Tensor output = like(gate);
    for (auto _ : state)
        ops::activation(gelu, gate, {}, output);
}

void activationOfLibTorch(benchmark::State& state)
{
    const at::Tensor gate = numbers({rows, 4 * width}, formatOf(state));
    for (auto _ : state)
        benchmark::DoNotOptimize(at::gelu(gate, "tanh"));
}

void activationBackward(benchmark::State& state)
{
    const at::Tensor gate = numbers({rows, 4 * width}, formatOf(state));
    const at::Tensor toOutput = numbers({rows, 4 * width}, formatOf(state));
    const at::Tensor toGate = like(gate);
    for (auto _ : state)
        ops::activationBackward(gelu, toOutput, gate, {}, toGate, {});
}

// bits of the format
BENCHMARK(attentionForward)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(attentionOfLibTorch)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(attentionBackward)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(attentionBackwardOfLibTorch)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(normForward)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(normOfLibTorch)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(normBackward)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(activationForward)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(activationOfLibTorch)->Arg(16)->Arg(32)->UseRealTime();
BENCHMARK(activationBackward)->Arg(16)->Arg(32)->UseRealTime();

} // namespace

} // namespace mantissa
