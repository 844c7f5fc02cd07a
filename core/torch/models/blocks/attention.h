// SPDX-License-Identifier: Apache-2.0
#pragma once

// Causal attention, in each of the layouts that files have.

#include "core/torch/models/blocks/block_weights.h"
#include "core/torch/models/blocks/rotation.h"

namespace mantissa {

class Attention {
public:
    Attention(const DecoderLayerForm& layer, BlockWeights weights);

    /// Of normed states [batch, length, width], what is added to the stream, of the same sizes.
    at::Tensor of(const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const;

private:
    /// [batch, length, heads, headWidth] each.
    struct Heads {
        at::Tensor query{};
        at::Tensor key{};
        at::Tensor value{};
    };
    /// What the heads have mixed, side by side: [batch, length, heads * headWidth].
    at::Tensor joined(
        const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const;
    Heads heads(const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const;
    Heads split(const at::Tensor& qkv) const;
    /// Queries or keys with their norm, turned by their positions.
    at::Tensor turned(
        const at::Tensor& x, TensorRole norm, const WeightList& weights, const Rotation* rotation) const;
    /// To [batch, length, heads * headWidth].
    at::Tensor mixed(const Heads& heads, const WeightList& weights, const ForwardContext& context) const;
    /// Adds to the cache, and lets keys and values be all that the input's tokens can see.
    void remember(LayerCache& cache, at::Tensor& key, at::Tensor& value, bool isOneToken) const;

    DecoderLayerForm m_layer;
    BlockWeights m_weights;
};

} // namespace mantissa
