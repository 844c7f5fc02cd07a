// SPDX-License-Identifier: Apache-2.0
#pragma once

// The MLP of a decoder layer, gated or not.

#include "core/torch/models/blocks/block_weights.h"

namespace mantissa {

class Mlp {
public:
    Mlp(const DecoderLayerForm& layer, BlockWeights weights);

    /// Of normed states [batch, length, width], what is added to the stream, of the same sizes.
    at::Tensor of(at::Tensor normed, const WeightList& weights, const ForwardContext& context) const;

private:
    DecoderLayerForm m_layer;
    BlockWeights m_weights;
};

} // namespace mantissa
