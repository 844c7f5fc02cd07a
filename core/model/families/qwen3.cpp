// SPDX-License-Identifier: Apache-2.0
// Qwen 3: Llama with a norm of each head of queries and keys.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readQwen3(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c, 128);
    slideLastLayers(c, shape);
    for (DecoderLayerForm& layer : shape.layers)
        layer.attention.queryKeyNorm = QueryKeyNorm::PerHead;
    shape.biases.mlp = false;
    return shape;
}

} // namespace

Family qwen3Family() { return {.name = "qwen3", .read = readQwen3}; }

} // namespace mantissa
