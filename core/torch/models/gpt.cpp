// SPDX-License-Identifier: Apache-2.0
// The GPT-2 family: learned positions, pre-norm blocks, tanh GELU, tied head. Weight names and layouts are
// those of the Hugging Face files (products take [in, out]).

#include "core/torch/models/model.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <cmath>

namespace mantissa {

namespace {

constexpr double normEpsilon = 1e-5;
constexpr double initialDeviation = 0.02;

class Embedding final : public Block {
public:
    Embedding(std::size_t first, double dropout)
        : m_indices{first, first + 1}
        , m_dropout(dropout)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& tokens, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& positions = weights[m_indices[1]];
        at::Tensor x = at::embedding(weights[m_indices[0]], tokens) + positions.slice(0, 0, tokens.size(1));
        return m_dropout > 0 ? at::dropout(x, m_dropout, context.training) : x;
    }
    std::optional<std::size_t> rowTable() const override { return m_indices[0]; }

private:
    std::vector<std::size_t> m_indices;
    double m_dropout;
};

class Layer final : public Block {
public:
    Layer(std::size_t first, const ModelConfig& config)
        : m_heads(config.heads)
        , m_dropout(config.dropout)
    {
        for (std::size_t i = 0; i < weightCount; ++i)
            m_indices.push_back(first + i);
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const auto w = [&](std::size_t i) -> const at::Tensor& { return weights[m_indices[i]]; };
        const std::int64_t width = input.size(2);
        const auto norm = [&](const at::Tensor& x, std::size_t i) {
            return at::layer_norm(x, {width}, w(i), w(i + 1), normEpsilon);
        };
        at::Tensor x = input;
        x = x
            + dropped(
                product(attention(product(norm(x, 0), w(2), w(3), context), context), w(4), w(5), context),
                context);
        const at::Tensor hidden = at::gelu(product(norm(x, 6), w(8), w(9), context), "tanh");
        return x + dropped(product(hidden, w(10), w(11), context), context);
    }

private:
    static constexpr std::size_t weightCount = 12;

    at::Tensor dropped(const at::Tensor& x, const ForwardContext& context) const
    {
        return m_dropout > 0 ? at::dropout(x, m_dropout, context.training) : x;
    }

    /// q, k and v side by side [batch, context, 3 * width] to [batch, context, width].
    at::Tensor attention(const at::Tensor& qkv, const ForwardContext& context) const
    {
        const std::int64_t batch = qkv.size(0);
        const std::int64_t length = qkv.size(1);
        const std::int64_t width = qkv.size(2) / 3;
        const auto parts
            = qkv.view({batch, length, 3, m_heads, width / m_heads}).permute({2, 0, 3, 1, 4}).unbind(0);
        const at::Tensor mixed
            = causalAttention(parts[0], parts[1], parts[2], context.training ? m_dropout : 0.0, context);
        return mixed.transpose(1, 2).reshape({batch, length, width});
    }

    std::vector<std::size_t> m_indices;
    std::int64_t m_heads;
    double m_dropout;
};

class Head final : public HeadBlock {
public:
    /// `embedding` is the weight that turns a state into logits.
    Head(std::size_t norm, std::size_t embedding)
        : m_indices{norm, norm + 1, embedding}
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    std::size_t projection() const override { return m_indices[2]; }
    at::Tensor states(const at::Tensor& x, const WeightList& weights) const override
    {
        const std::int64_t width = x.size(2);
        return at::layer_norm(x, {width}, weights[m_indices[0]], weights[m_indices[1]], normEpsilon)
            .view({-1, width});
    }

private:
    std::vector<std::size_t> m_indices;
};

/// By the end of its name: matrices decay and start random, norms start at one, biases at zero.
ParameterSpec specOf(const TensorShape& shape, std::int64_t layers)
{
    ParameterSpec spec{.name = shape.name, .sizes = shape.sizes};
    if (shape.name.ends_with(".bias"))
        return spec;
    if (shape.name.find(".ln_") != std::string::npos) {
        spec.initialiser = {Initialiser::Kind::Ones, 1};
        return spec;
    }
    const bool residual = shape.name.ends_with("c_proj.weight");
    spec.initialiser = {Initialiser::Kind::Normal,
        residual ? initialDeviation / std::sqrt(2.0 * static_cast<double>(layers)) : initialDeviation};
    spec.decays = true;
    return spec;
}

} // namespace

Model makeGpt(const ModelConfig& config)
{
    Model model;
    for (const TensorShape& shape : tensorsOf(config))
        model.parameters.push_back(specOf(shape, config.layers));
    std::size_t next = 2;
    model.blocks.push_back(std::make_unique<Embedding>(0, config.dropout));
    for (std::int64_t i = 0; i < config.layers; ++i, next += 12)
        model.blocks.push_back(std::make_unique<Layer>(next, config));
    if (config.tied)
        model.tied = 0;
    auto head = std::make_unique<Head>(next, config.tied ? model.parameters.size() : next + 2);
    model.head = head.get();
    model.blocks.push_back(std::move(head));
    return model;
}

} // namespace mantissa
