// SPDX-License-Identifier: Apache-2.0
// Phi-3, 3.5 and 4: Llama with queries, keys and values in one matrix, gate and up in another.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readPhi3(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    for (DecoderLayerForm& layer : shape.layers) {
        layer.norm.epsilon = c.numberOr("rms_norm_eps", 1e-5);
        layer.attention.qkv = QkvLayout::SideBySide;
        layer.attention.window = c.sizeOr("sliding_window", 0);
        layer.mlp.isFused = true;
    }
    shape.head.norm.epsilon = c.numberOr("rms_norm_eps", 1e-5);
    shape.biases = {};
    return shape;
}

} // namespace

Family phi3Family() { return {.name = "phi3", .read = readPhi3}; }

} // namespace mantissa
