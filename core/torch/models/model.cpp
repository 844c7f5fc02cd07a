// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/model.h"

#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <numbers>

namespace mantissa {

namespace {

/// A well-mixed 64-bit number from a counter (splitmix64).
std::uint64_t mixed(std::uint64_t counter)
{
    counter += 0x9E3779B97F4A7C15ull;
    counter = (counter ^ (counter >> 30)) * 0xBF58476D1CE4E5B9ull;
    counter = (counter ^ (counter >> 27)) * 0x94D049BB133111EBull;
    return counter ^ (counter >> 31);
}

/// FNV-1a, so that a weight's numbers depend on its name and not on its place.
std::uint64_t hashOf(const std::string& name)
{
    std::uint64_t hash = 0xCBF29CE484222325ull;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    return hash;
}

/// In (0, 1].
double unit(std::uint64_t random) { return (static_cast<double>(random >> 11) + 1) * 0x1p-53; }

double normal(std::uint64_t stream, std::int64_t index)
{
    const auto counter = static_cast<std::uint64_t>(index);
    const double radius = std::sqrt(-2 * std::log(unit(mixed(stream + 2 * counter))));
    return radius * std::cos(2 * std::numbers::pi * unit(mixed(stream + 2 * counter + 1)));
}

} // namespace

at::Tensor Model::forward(const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const
{
    at::Tensor x = input;
    for (const auto& block : blocks)
        x = block->forward(x, weights, context);
    return x;
}

Model makeModel(const ModelConfig& config)
{
    switch (config.kind) {
    case ModelKind::Gpt:
        return makeGpt(config);
    case ModelKind::Convnet:
        return makeConvnet(config);
    case ModelKind::Mlp:
        return makeMlp(config);
    }
    return {};
}

at::Tensor initialValue(const ParameterSpec& spec, std::int64_t seed, at::Device device)
{
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    if (spec.initialiser.kind == Initialiser::Kind::Zeros)
        return at::zeros(spec.sizes, options);
    if (spec.initialiser.kind == Initialiser::Kind::Ones)
        return at::ones(spec.sizes, options);
    at::Tensor value;
    if (device.is_cpu()) {
        value = at::empty(spec.sizes, options);
    } else {
        const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
        value = at::empty(spec.sizes, options.device(at::kCPU));
    }
    const std::uint64_t stream = mixed(static_cast<std::uint64_t>(seed) ^ hashOf(spec.name));
    auto* target = value.mutable_data_ptr<float>();
    const bool isNormal = spec.initialiser.kind == Initialiser::Kind::Normal;
    at::parallel_for(0, value.numel(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const double random = isNormal ? normal(stream, i) : 2 * unit(mixed(stream + static_cast<std::uint64_t>(i))) - 1;
            target[i] = static_cast<float>(random * spec.initialiser.scale);
        }
    });
    return value.to(device);
}

} // namespace mantissa
