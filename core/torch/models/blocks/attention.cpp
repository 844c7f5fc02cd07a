// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/attention.h"

#include "core/torch/models/blocks/rotation.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

namespace mantissa {

Attention::Attention(const DecoderLayerForm& layer, BlockWeights weights)
    : m_layer(layer)
    , m_weights(std::move(weights))
{
}

at::Tensor Attention::addedTo(const at::Tensor& stream, const at::Tensor& normed, const WeightList& weights,
    const ForwardContext& context) const
{
    const auto projected = [&](const at::Tensor& x, TensorRole matrix, TensorRole bias) {
        return linear(
            x, m_weights.of(weights, matrix), m_weights.of(weights, bias), m_layer.inputsFirst, context);
    };
    const auto added = [&](const at::Tensor& mixed) {
        const at::Tensor written
            = projected(mixed, TensorRole::AttentionOutput, TensorRole::AttentionOutputBias);
        return stream + dropped(written, m_layer.dropout, context);
    };
    if (m_layer.attention.qkv == QkvLayout::Separate)
        return added(separate(normed, weights, context));
    return added(fused(projected(normed, TensorRole::QueryKeyValue, TensorRole::QueryKeyValueBias), context));
}

at::Tensor Attention::separate(
    const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const
{
    const AttentionForm& form = m_layer.attention;
    const std::int64_t batch = normed.size(0);
    const std::int64_t length = normed.size(1);
    const Rotation rotation(length, form.rotaryWidth, form.rotaryBase, normed);
    const auto heads = [&](TensorRole matrix, TensorRole bias, std::int64_t count) {
        return linear(
            normed, m_weights.of(weights, matrix), m_weights.of(weights, bias), m_layer.inputsFirst, context)
            .view({batch, length, count, form.headWidth});
    };
    const at::Tensor mixed = causalAttention(
        rotation.applied(heads(TensorRole::Query, TensorRole::QueryBias, form.heads)).transpose(1, 2),
        spread(rotation.applied(heads(TensorRole::Key, TensorRole::KeyBias, form.kvHeads))),
        spread(heads(TensorRole::Value, TensorRole::ValueBias, form.kvHeads)), 0.0, context);
    return mixed.transpose(1, 2).reshape({batch, length, form.heads * form.headWidth});
}

at::Tensor Attention::fused(const at::Tensor& qkv, const ForwardContext& context) const
{
    const AttentionForm& form = m_layer.attention;
    const std::int64_t batch = qkv.size(0);
    const std::int64_t length = qkv.size(1);
    const bool isByHead = form.qkv == QkvLayout::ByHead;
    const at::Tensor apart = isByHead ? qkv.view({batch, length, form.heads, 3, form.headWidth})
                                      : qkv.view({batch, length, 3, form.heads, form.headWidth});
    auto parts = (isByHead ? apart.permute({3, 0, 2, 1, 4}) : apart.permute({2, 0, 3, 1, 4})).unbind(0);
    if (form.rotaryWidth > 0) {
        const Rotation rotation(length, form.rotaryWidth, form.rotaryBase, qkv);
        for (const std::size_t turned : {0, 1})
            parts[turned] = rotation.applied(parts[turned].transpose(1, 2)).transpose(1, 2);
    }
    const at::Tensor mixed
        = causalAttention(parts[0], parts[1], parts[2], context.training ? m_layer.dropout : 0.0, context);
    return mixed.transpose(1, 2).reshape({batch, length, form.heads * form.headWidth});
}

at::Tensor Attention::spread(const at::Tensor& x) const
{
    const AttentionForm& form = m_layer.attention;
    if (form.kvHeads == form.heads)
        return x.transpose(1, 2);
    return x.transpose(1, 2)
        .unsqueeze(2)
        .expand({x.size(0), form.kvHeads, form.heads / form.kvHeads, x.size(1), form.headWidth})
        .reshape({x.size(0), form.heads, x.size(1), form.headWidth});
}

} // namespace mantissa
