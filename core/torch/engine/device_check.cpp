// SPDX-License-Identifier: Apache-2.0
// What each number format costs on each device here, and whether it learns the same.

#include "core/base/seconds.h"
#include "core/base/statistics.h"
#include "core/torch/device/device_memory.h"
#include "core/torch/device/open_device.h"
#include "core/torch/engine/device_facts.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/models/product.h"
#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/state/parameter_store.h"
#include "core/torch/state/random_values.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace mantissa {

namespace {

constexpr std::int64_t side = 512; // of the matrices multiplied
constexpr int repeats = 7;

/// Largest relative difference from FP32 that a forward and backward of one product may show; half the steps
/// of the format (2^-9, 2^-12) times a little for the sum's order.
double allowedError(Precision precision)
{
    switch (precision) {
    case Precision::Fp32:
        return 1e-5;
    case Precision::Bf16:
        return 4e-2;
    case Precision::Fp16:
        return 1e-2;
    }
    return 0;
}

struct ProductResult {
    at::Tensor output;
    at::Tensor toInput;
    at::Tensor toWeight;
    double seconds = 0;
};

ProductResult multiply(
    const at::Tensor& input, const at::Tensor& weight, Precision precision, const ForwardContext& context)
{
    at::Tensor x = input.to(scalarTypeOf(precision)).detach().requires_grad_();
    at::Tensor w = weight.to(scalarTypeOf(precision)).detach().requires_grad_();
    const at::Tensor bias = at::zeros({weight.size(1)}, w.options().requires_grad(false));
    std::vector<double> seconds;
    ProductResult result;
    for (int i = 0; i < repeats; ++i) {
        x.mutable_grad().reset();
        w.mutable_grad().reset();
        const auto start = std::chrono::steady_clock::now();
        const at::Tensor y = linear(x, w, bias, /*inputsFirst*/ true, context);
        y.to(at::kFloat).square().mean().backward();
        finishWork(input.device());
        seconds.push_back(secondsSince(start));
        result.output = y.detach();
    }
    result.seconds = medianOf(std::move(seconds));
    result.toInput = x.grad().to(at::kFloat);
    result.toWeight = w.grad().to(at::kFloat);
    return result;
}

double relativeError(const at::Tensor& value, const at::Tensor& reference)
{
    return ((value.to(at::kFloat) - reference).norm() / reference.norm()).item<double>();
}

at::Tensor normals(const char* name, float scale, at::Device device)
{
    at::Tensor values = at::empty({side, side}, at::kFloat);
    fillNormal(values.mutable_data_ptr<float>(), static_cast<std::size_t>(values.numel()),
        randomStream(1, name), 0, scale);
    return values.to(device);
}

Json checkDevice(at::Device device)
{
    const at::Tensor input = normals("check.input", 1, device);
    const at::Tensor weight = normals("check.weight", 0.05F, device);
    ProductResult reference;
    Json formats = Json::object();
    for (const Precision precision : allPrecisions) {
        const bool emulated = emulates(precision, device);
        const ProductResult result = multiply(input, weight, precision, {true, emulated});
        if (precision == Precision::Fp32)
            reference = result;
        const double error = std::max(
            {relativeError(result.output, reference.output), relativeError(result.toInput, reference.toInput),
                relativeError(result.toWeight, reference.toWeight)});
        formats[std::string(nameOf(precision))]
            = {{"supported", true}, {"how", emulated ? "emulated" : "native"},
                {"speed_against_fp32", reference.seconds / result.seconds}, {"largest_relative_error", error},
                {"agrees", error <= allowedError(precision)}};
    }
    return {{"device", device.str()}, {"name", deviceTitle(device)}, {"formats", formats}};
}

/// Whether our one-pass AdamW gives the bits of LibTorch's, which depend on how the wheel was compiled.
Json checkUpdate()
{
    constexpr double rate = 1e-3, beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, decay = 0.1;
    constexpr std::int64_t t = 3;
    at::Tensor weight = normals("check.weight", 0.05F, at::kCPU);
    at::Tensor gradient = normals("check.gradient", 0.3F, at::kCPU);
    at::Tensor m = normals("check.m", 0.1F, at::kCPU);
    at::Tensor v = normals("check.v", 0.1F, at::kCPU).square_();
    const at::Tensor theirs = weight.clone(), theirM = m.clone(), theirV = v.clone();
    at::_fused_adamw_({theirs}, {gradient}, {theirM}, {theirV}, /*max_exp_avg_sqs*/ {},
        {at::full({}, static_cast<double>(t))}, rate, beta1, beta2, decay, epsilon, /*amsgrad*/ false,
        /*maximize*/ false, {}, {});
    updateAdamw({.value = weight.mutable_data_ptr<float>(),
                    .m = m.mutable_data_ptr<float>(),
                    .v = v.mutable_data_ptr<float>(),
                    .gradient = gradient.const_data_ptr<float>(),
                    .n = static_cast<std::size_t>(weight.numel())},
        adamwScalars(rate, beta1, beta2, epsilon, decay, t, 1));
    const auto differing = [](const at::Tensor& a, const at::Tensor& b) {
        return a.view(at::kInt).ne(b.view(at::kInt)).sum().item<std::int64_t>();
    };
    return {{"elements", weight.numel()},
        {"differing", differing(weight, theirs) + differing(m, theirM) + differing(v, theirV)}};
}

} // namespace

Result<Json> checkDevices()
{
    return guarded([&]() -> Result<Json> {
        initializeEngine();
        at::set_num_threads(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
        Json devices = Json::array({checkDevice(at::Device(at::kCPU))});
        for (int i = 0; i < cardCount(); ++i)
            devices.push_back(checkDevice(at::Device(at::kCUDA, static_cast<at::DeviceIndex>(i))));
        const Json result = {{"devices", devices}, {"update", checkUpdate()},
            {"cuda", cudaProblem().empty() ? "on" : "off"}, {"cuda_problem", cudaProblem()}};
        return result;
    });
}

} // namespace mantissa
