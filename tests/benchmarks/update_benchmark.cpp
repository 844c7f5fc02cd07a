// SPDX-License-Identifier: Apache-2.0
// One update of a large weight: our kernels against LibTorch's fused FP32 AdamW on as many parameters,
// alternating.

#include "core/torch/optim/optimizer.h"
#include "core/torch/state/parameter_store.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace mantissa;

namespace {

constexpr int repeats = 9;

template <class Work> double secondsOf(Work work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Case {
    const char* name;
    Precision form;
    MomentsFormat moments;
    at::ScalarType gradient;
};

void compare(const Case& c)
{
    const TensorDescription spec{
        .name = "w", .sizes = {4096, 8192}, .initialiser = {Initialiser::Kind::Normal, 0.02}, .decays = true};
    ParameterStore store({.moments = c.moments}, {.form = c.form});
    store.add({&spec, 1}, initialValues(1));
    at::Tensor plain = at::randn(spec.sizes);
    at::Tensor m = at::zeros_like(plain);
    at::Tensor v = at::zeros_like(plain);
    const at::Tensor gradient = at::randn(spec.sizes);
    const at::Tensor own = gradient.to(c.gradient);
    const OptimizerConfig config{};
    const Optimizer& optimizer = **optimizerFor({.moments = c.moments});
    const at::Tensor notFinite = at::zeros({1}, at::kLong);
    std::vector<double> ratios;
    double fastest = 1e9;
    for (int i = 0; i <= repeats; ++i) {
        const double ours = secondsOf([&] {
            PreparedUpdate update = optimizer.prepare(
                store.parameters()[0], own, {}, store.format(), config, {.rate = 1e-3, .t = i + 1});
            optimizer.apply(update, notFinite);
        });
        const double theirs = secondsOf([&] {
            at::_fused_adamw_({plain}, {gradient}, {m}, {v}, {}, {at::full({}, i + 1.0)}, 1e-3, config.beta1,
                config.beta2, config.weightDecay, config.epsilon, false, false, {}, {});
        });
        if (i == 0)
            continue; // pages are touched for the first time
        ratios.push_back(ours / theirs);
        fastest = std::min(fastest, ours);
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf(
        "%-34s %.2f [%.2f, %.2f] x the time of LibTorch's fused FP32 AdamW, n=%d; %.2f ns a parameter\n",
        c.name, ratios[repeats / 2], ratios.front(), ratios.back(), repeats,
        fastest / (4096.0 * 8192.0) * 1e9);
}

} // namespace

int main()
{
    initializeEngine();
    for (const Case& c : {Case{"FP32, FP32 moments", Precision::Fp32, MomentsFormat::Fp32, at::kFloat},
             Case{"BF16 pair, FP32 moments", Precision::Bf16, MomentsFormat::Fp32, at::kBFloat16},
             Case{"BF16 pair, int8 moments", Precision::Bf16, MomentsFormat::Int8, at::kBFloat16},
             Case{"BF16 pair, int8 moments, FP32 grad", Precision::Bf16, MomentsFormat::Int8, at::kFloat},
             Case{"FP32, int8 moments", Precision::Fp32, MomentsFormat::Int8, at::kFloat}})
        compare(c);
    return 0;
}
