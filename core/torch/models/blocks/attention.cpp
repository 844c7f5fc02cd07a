// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/attention.h"

#include "core/torch/models/blocks/norm.h"
#include "core/torch/models/fused.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>

namespace mantissa {

Attention::Attention(const DecoderLayerForm& layer, BlockWeights weights)
    : m_layer(layer)
    , m_weights(std::move(weights))
{
}

at::Tensor Attention::of(
    const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const
{
    return linear(joined(normed, weights, context), m_weights.of(weights, TensorRole::AttentionOutput),
        m_weights.of(weights, TensorRole::AttentionOutputBias), m_layer.inputsFirst, context);
}

at::Tensor Attention::joined(
    const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const
{
    const AttentionForm& form = m_layer.attention;
    const bool isWhole = form.qkv != QkvLayout::Separate && form.kvHeads == form.heads
        && form.rotary.width == 0 && form.queryKeyNorm == QueryKeyNorm::None && form.scoreCap == 0
        && !context.cache && !(context.training && m_layer.dropout > 0) && fuses(normed);
    if (!isWhole)
        return mixed(heads(normed, weights, context), weights, context);
    const at::Tensor qkv = linear(normed, m_weights.of(weights, TensorRole::QueryKeyValue),
        m_weights.of(weights, TensorRole::QueryKeyValueBias), m_layer.inputsFirst, context);
    const std::optional<double> scale = form.scale != 0 ? std::optional(form.scale) : std::nullopt;
    const std::int64_t batch = qkv.size(0);
    const std::int64_t length = qkv.size(1);
    const at::Tensor result = form.qkv == QkvLayout::ByHead
        ? fusedAttention(qkv.view({batch, length, form.heads, 3, form.headWidth}), 3, scale, form.window)
        : fusedAttention(qkv.view({batch, length, 3, form.heads, form.headWidth}), 2, scale, form.window);
    return result.transpose(1, 2).reshape({batch, length, form.heads * form.headWidth});
}

Attention::Heads Attention::heads(
    const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const
{
    const AttentionForm& form = m_layer.attention;
    const auto projected = [&](TensorRole matrix, TensorRole bias) {
        return linear(
            normed, m_weights.of(weights, matrix), m_weights.of(weights, bias), m_layer.inputsFirst, context);
    };
    if (form.qkv != QkvLayout::Separate)
        return split(projected(TensorRole::QueryKeyValue, TensorRole::QueryKeyValueBias));
    const auto apart = [&](TensorRole matrix, TensorRole bias, std::int64_t count) {
        return projected(matrix, bias).view({normed.size(0), normed.size(1), count, form.headWidth});
    };
    return {apart(TensorRole::Query, TensorRole::QueryBias, form.heads),
        apart(TensorRole::Key, TensorRole::KeyBias, form.kvHeads),
        apart(TensorRole::Value, TensorRole::ValueBias, form.kvHeads)};
}

Attention::Heads Attention::split(const at::Tensor& qkv) const
{
    const AttentionForm& form = m_layer.attention;
    const std::int64_t batch = qkv.size(0);
    const std::int64_t length = qkv.size(1);
    if (form.kvHeads == form.heads) {
        const bool isByHead = form.qkv == QkvLayout::ByHead;
        const auto parts = isByHead ? qkv.view({batch, length, form.heads, 3, form.headWidth}).unbind(3)
                                    : qkv.view({batch, length, 3, form.heads, form.headWidth}).unbind(2);
        return {parts[0], parts[1], parts[2]};
    }
    const std::int64_t kv = form.kvHeads * form.headWidth;
    const auto parts = qkv.split_with_sizes({form.heads * form.headWidth, kv, kv}, -1);
    const auto apart = [&](const at::Tensor& part) {
        return part.unflatten(-1, {part.size(-1) / form.headWidth, form.headWidth});
    };
    return {apart(parts[0]), apart(parts[1]), apart(parts[2])};
}

at::Tensor Attention::turned(
    const at::Tensor& x, TensorRole norm, const WeightList& weights, const Rotation* rotation) const
{
    at::Tensor result = x;
    const at::Tensor& weight = m_weights.of(weights, norm);
    if (m_layer.attention.queryKeyNorm == QueryKeyNorm::PerHead)
        result = normed(m_layer.norm, x, weight, {});
    else if (m_layer.attention.queryKeyNorm == QueryKeyNorm::WholeWidth)
        result = normed(m_layer.norm, x.flatten(2), weight, {}).view(x.sizes());
    return rotation ? rotation->applied(result) : result;
}

at::Tensor Attention::mixed(
    const Heads& heads, const WeightList& weights, const ForwardContext& context) const
{
    const AttentionForm& form = m_layer.attention;
    const std::int64_t length = heads.query.size(1);
    std::optional<Rotation> rotation;
    if (form.rotary.width > 0)
        rotation.emplace(form.rotary, context.first, length, heads.query);
    const Rotation* turns = rotation ? &*rotation : nullptr;
    const at::Tensor query = turned(heads.query, TensorRole::QueryNorm, weights, turns).transpose(1, 2);
    at::Tensor key = turned(heads.key, TensorRole::KeyNorm, weights, turns).transpose(1, 2);
    at::Tensor value = heads.value.transpose(1, 2);
    if (context.cache)
        remember(*context.cache, key, value, length == 1);
    const at::Tensor result
        = causalAttention(query, key, value, form, context.training ? m_layer.dropout : 0.0, context);
    return result.transpose(1, 2).reshape({heads.query.size(0), length, form.heads * form.headWidth});
}

void Attention::remember(LayerCache& cache, at::Tensor& key, at::Tensor& value, bool isOneToken) const
{
    if (cache.key.defined()) {
        key = at::cat({cache.key, key}, 2);
        value = at::cat({cache.value, value}, 2);
    }
    const std::int64_t window = m_layer.attention.window;
    const std::int64_t forgotten = window > 0 ? std::max<std::int64_t>(0, key.size(2) - window) : 0;
    cache.key = key.slice(2, forgotten);
    cache.value = value.slice(2, forgotten);
    if (isOneToken) { // it sees what is kept; the tokens of a beginning see further, each by its own window
        key = cache.key;
        value = cache.value;
    }
}

} // namespace mantissa
