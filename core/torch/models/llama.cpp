// SPDX-License-Identifier: Apache-2.0
// The Llama family: RMSNorm, rotary positions, grouped heads, SwiGLU. Weight names and layouts are those of
// the Hugging Face files (products take [out, in]).

#include "core/torch/memory/tier_scope.h"
#include "core/torch/models/model.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <cmath>

namespace mantissa {

namespace {

constexpr double normEpsilon = 1e-5;
constexpr double initialDeviation = 0.02;
constexpr double rotaryBase = 10000;

at::Tensor normed(const at::Tensor& x, const at::Tensor& weight)
{
    return at::rms_norm(x, {x.size(-1)}, weight, normEpsilon);
}

/// input [.., in] times the transpose of weight [out, in].
at::Tensor linear(const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context)
{
    auto sizes = input.sizes().vec();
    sizes.back() = weight.size(0);
    return productTransposed(input.reshape({-1, input.size(-1)}), weight, context).view(sizes);
}

/// Cosines and sines of the positions 0 … length - 1, computed in FP32 and rounded once: [1, length, 1,
/// half].
struct Rotation {
    at::Tensor cosine;
    at::Tensor sine;

    Rotation(std::int64_t length, std::int64_t half, const at::Tensor& like)
    {
        const PurposeScope purpose(MemoryClass::Workspace);
        const auto options = like.options().dtype(at::kFloat).requires_grad(false);
        const at::Tensor frequency
            = at::pow(rotaryBase, at::arange(half, options) * (-1.0 / static_cast<double>(half)));
        const at::Tensor angle = at::outer(at::arange(length, options), frequency).view({1, length, 1, half});
        cosine = angle.cos().to(like.scalar_type());
        sine = angle.sin().to(like.scalar_type());
    }

    at::Tensor applied(const at::Tensor& x) const
    {
        const auto halves = x.chunk(2, -1);
        return at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1);
    }
};

class Embedding final : public Block {
public:
    explicit Embedding(std::size_t first)
        : m_indices{first}
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& tokens, const WeightList& weights, const ForwardContext&) const override
    {
        return at::embedding(weights[m_indices[0]], tokens);
    }
    std::optional<std::size_t> rowTable() const override { return m_indices[0]; }

private:
    std::vector<std::size_t> m_indices;
};

class Layer final : public Block {
public:
    Layer(std::size_t first, const ModelConfig& config)
        : m_heads(config.heads)
        , m_kvHeads(config.kvHeads > 0 ? config.kvHeads : config.heads)
    {
        for (std::size_t i = 0; i < weightCount; ++i)
            m_indices.push_back(first + i);
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const auto w = [&](std::size_t i) -> const at::Tensor& { return weights[m_indices[i]]; };
        const at::Tensor x
            = input + linear(attention(normed(input, w(0)), w(1), w(2), w(3), context), w(4), context);
        const at::Tensor n = normed(x, w(5));
        return x + linear(at::silu(linear(n, w(6), context)) * linear(n, w(7), context), w(8), context);
    }

    static constexpr std::size_t weightCount = 9;

private:
    /// [batch, length, width] of normed states to the same shape.
    at::Tensor attention(const at::Tensor& n, const at::Tensor& query, const at::Tensor& key,
        const at::Tensor& value, const ForwardContext& context) const
    {
        const std::int64_t batch = n.size(0);
        const std::int64_t length = n.size(1);
        const std::int64_t headWidth = n.size(2) / m_heads;
        const Rotation rotation(length, headWidth / 2, n);
        const auto heads = [&](const at::Tensor& weight, std::int64_t count) {
            return linear(n, weight, context).view({batch, length, count, headWidth});
        };
        // every query head of a group reads the same key and value head
        const auto spread = [&](const at::Tensor& x) {
            if (m_kvHeads == m_heads)
                return x.transpose(1, 2);
            return x.transpose(1, 2)
                .unsqueeze(2)
                .expand({batch, m_kvHeads, m_heads / m_kvHeads, length, headWidth})
                .reshape({batch, m_heads, length, headWidth});
        };
        const at::Tensor mixed = causalAttention(rotation.applied(heads(query, m_heads)).transpose(1, 2),
            spread(rotation.applied(heads(key, m_kvHeads))), spread(heads(value, m_kvHeads)), 0.0, context);
        return mixed.transpose(1, 2).reshape({batch, length, n.size(2)});
    }

    std::vector<std::size_t> m_indices;
    std::int64_t m_heads;
    std::int64_t m_kvHeads;
};

class Head final : public HeadBlock {
public:
    Head(std::size_t norm, std::size_t projection)
        : m_indices{norm, projection}
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_indices; }
    std::size_t projection() const override { return m_indices[1]; }
    at::Tensor states(const at::Tensor& x, const WeightList& weights) const override
    {
        return normed(x, weights[m_indices[0]]).view({-1, x.size(2)});
    }

private:
    std::vector<std::size_t> m_indices;
};

ParameterSpec specOf(const TensorShape& shape, std::int64_t layers)
{
    ParameterSpec spec{.name = shape.name, .sizes = shape.sizes};
    if (shape.name.ends_with("norm.weight")) {
        spec.initialiser = {Initialiser::Kind::Ones, 1};
        return spec;
    }
    const bool residual = shape.name.ends_with("o_proj.weight") || shape.name.ends_with("down_proj.weight");
    spec.initialiser = {Initialiser::Kind::Normal,
        residual ? initialDeviation / std::sqrt(2.0 * static_cast<double>(layers)) : initialDeviation};
    spec.decays = true;
    return spec;
}

} // namespace

Model makeLlama(const ModelConfig& config)
{
    Model model;
    for (const TensorShape& shape : tensorsOf(config))
        model.parameters.push_back(specOf(shape, config.layers));
    std::size_t next = 1;
    model.blocks.push_back(std::make_unique<Embedding>(0));
    for (std::int64_t i = 0; i < config.layers; ++i, next += Layer::weightCount)
        model.blocks.push_back(std::make_unique<Layer>(next, config));
    if (config.tied)
        model.tied = 0;
    auto head = std::make_unique<Head>(next, config.tied ? model.parameters.size() : next + 1);
    model.head = head.get();
    model.blocks.push_back(std::move(head));
    return model;
}

} // namespace mantissa
