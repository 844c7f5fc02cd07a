// SPDX-License-Identifier: Apache-2.0
#include "core/model/gemma_shape.h"

#include <cmath>

namespace mantissa {

DecoderShape gemmaShape(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c, 256);
    shape.embedding.scale = std::sqrt(static_cast<double>(shape.embedding.width));
    shape.head.norm.kind = NormKind::RmsPlusOne;
    shape.head.isTied = c.flagOr("tie_word_embeddings", true);
    const Activation activation = c.has("hidden_activation")
        ? c.activation("hidden_activation", "gelu_pytorch_tanh")
        : Activation::GeluTanh; // an old hidden_act "gelu" meant this one too
    for (DecoderLayerForm& layer : shape.layers) {
        layer.norm.kind = NormKind::RmsPlusOne;
        layer.mlp.activation = activation;
    }
    shape.biases.mlp = false;
    return shape;
}

void addGemma2(ForeignConfig& c, DecoderShape& shape, const std::vector<bool>& sliding)
{
    const double scalar = c.numberOr("query_pre_attn_scalar", 256);
    if (!(scalar > 0))
        c.refuse("has a query_pre_attn_scalar that is not positive");
    const std::int64_t window = c.sizeOr("sliding_window", 4096);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        DecoderLayerForm& layer = shape.layers[i];
        layer.norms = NormPlaces::Both;
        layer.attention.scale = 1 / std::sqrt(scalar);
        layer.attention.scoreCap = c.numberOr("attn_logit_softcapping", 0);
        layer.attention.window = sliding[i] ? window : 0;
    }
    shape.head.logits.cap = c.numberOr("final_logit_softcapping", 0);
}

} // namespace mantissa
