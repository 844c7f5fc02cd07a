// SPDX-License-Identifier: Apache-2.0
#pragma once

// Causal attention over the residual stream, in each of the layouts that files have.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

class Attention {
public:
    Attention(const DecoderLayerForm& layer, BlockWeights weights);

    /// stream + attention(normed), both [batch, length, width].
    at::Tensor addedTo(const at::Tensor& stream, const at::Tensor& normed, const WeightList& weights,
        const ForwardContext& context) const;

private:
    /// To [batch, length, heads * headWidth].
    at::Tensor separate(
        const at::Tensor& normed, const WeightList& weights, const ForwardContext& context) const;
    at::Tensor fused(const at::Tensor& qkv, const ForwardContext& context) const;
    /// What all query heads of a group read: [batch, length, kvHeads, headWidth] to [batch, heads, length,
    /// …].
    at::Tensor spread(const at::Tensor& x) const;

    DecoderLayerForm m_layer;
    BlockWeights m_weights;
};

} // namespace mantissa
