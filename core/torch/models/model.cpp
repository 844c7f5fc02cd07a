// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/model.h"

#include "core/torch/models/product.h"
#include "core/torch/weights/random_values.h"

#include <algorithm>

namespace mantissa {

at::Tensor HeadBlock::forward(
    const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const
{
    return productTransposed(states(input, weights), weights[projection()], context);
}

namespace {

void assignBlocks(Model& model)
{
    for (std::size_t block = 0; block < model.blocks.size(); ++block)
        for (const std::size_t weight : model.blocks[block]->weightIndices())
            if (weight < model.parameters.size())
                model.parameters[weight].block = block;
    for (std::size_t i = 0; i < model.parameters.size(); ++i)
        model.parameters[i].index = i;
    for (ParameterSpec& spec : model.parameters)
        spec.keepsFp32Moments = keepsFp32Moments({spec.name, spec.sizes});
}

Model modelOf(const ModelConfig& config)
{
    switch (config.kind) {
    case ModelKind::Gpt:
        return makeGpt(config);
    case ModelKind::Llama:
        return makeLlama(config);
    case ModelKind::Convnet:
        return makeConvnet(config);
    case ModelKind::Mlp:
        return makeMlp(config);
    }
    return {};
}

} // namespace

Model makeModel(const ModelConfig& config)
{
    Model model = modelOf(config);
    assignBlocks(model);
    return model;
}

void fillInitial(const ParameterSpec& spec, std::int64_t seed, std::int64_t first, float* to, std::int64_t n)
{
    const auto count = static_cast<std::size_t>(n);
    const auto scale = static_cast<float>(spec.initialiser.scale);
    const std::uint64_t stream = randomStream(seed, spec.name);
    switch (spec.initialiser.kind) {
    case Initialiser::Kind::Zeros:
        std::fill_n(to, count, 0.0f);
        break;
    case Initialiser::Kind::Ones:
        std::fill_n(to, count, 1.0f);
        break;
    case Initialiser::Kind::Normal:
        fillNormal(to, count, stream, static_cast<std::uint64_t>(first), scale);
        break;
    case Initialiser::Kind::Uniform:
        fillUniform(to, count, stream, static_cast<std::uint64_t>(first), scale);
        break;
    }
}

} // namespace mantissa
