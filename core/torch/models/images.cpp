// SPDX-License-Identifier: Apache-2.0
// Models for 28 x 28 images: a small convnet and an MLP.

#include "core/torch/models/model.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <cmath>

namespace mantissa {

namespace {

class Convolution final : public Block {
public:
    explicit Convolution(std::size_t first)
        : m_indices{first, first + 1}
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& weight = weights[m_indices[0]];
        at::Tensor map = convolution(input.to(weight.scalar_type()), weight, weights[m_indices[1]], context);
        return at::max_pool2d(map.relu_(), 2); // in place: convolution's backward does not need its output
    }

private:
    std::vector<std::size_t> m_indices;
};

class Linear final : public Block {
public:
    Linear(std::size_t first, bool rectifies)
        : m_indices{first, first + 1}
        , m_rectifies(rectifies)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& weight = weights[m_indices[0]];
        const at::Tensor x = productTransposed(
            input.flatten(1).to(weight.scalar_type()), weight, context, weights[m_indices[1]]);
        return m_rectifies ? at::relu(x) : x;
    }

private:
    std::vector<std::size_t> m_indices;
    bool m_rectifies;
};

/// He's uniform bound for rectified layers; biases at zero.
ParameterSpec specOf(const TensorShape& shape)
{
    ParameterSpec spec{.name = shape.name, .sizes = shape.sizes};
    if (shape.name.ends_with(".bias"))
        return spec;
    const std::int64_t fanIn = shape.elements() / shape.sizes[0];
    spec.initialiser = {Initialiser::Kind::Uniform, std::sqrt(6.0 / static_cast<double>(fanIn))};
    spec.decays = true;
    return spec;
}

} // namespace

Model makeConvnet(const ModelConfig& config)
{
    Model model;
    for (const TensorShape& shape : tensorsOf(config))
        model.parameters.push_back(specOf(shape));
    model.blocks.push_back(std::make_unique<Convolution>(0));
    model.blocks.push_back(std::make_unique<Convolution>(2));
    model.blocks.push_back(std::make_unique<Linear>(4, true));
    model.blocks.push_back(std::make_unique<Linear>(6, false));
    return model;
}

Model makeMlp(const ModelConfig& config)
{
    Model model;
    for (const TensorShape& shape : tensorsOf(config))
        model.parameters.push_back(specOf(shape));
    for (std::int64_t i = 0; i <= config.layers; ++i)
        model.blocks.push_back(std::make_unique<Linear>(static_cast<std::size_t>(2 * i), i < config.layers));
    return model;
}

} // namespace mantissa
