// SPDX-License-Identifier: Apache-2.0
#pragma once

// The MLP of a decoder layer, gated or not.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

class Mlp {
public:
    Mlp(const DecoderLayerForm& layer, BlockWeights weights);

    /// stream + mlp(normed), both [batch, length, width].
    at::Tensor addedTo(const at::Tensor& stream, at::Tensor normed, const WeightList& weights,
        const ForwardContext& context) const;

private:
    DecoderLayerForm m_layer;
    BlockWeights m_weights;
};

} // namespace mantissa
