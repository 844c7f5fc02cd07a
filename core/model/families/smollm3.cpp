// SPDX-License-Identifier: Apache-2.0
// SmolLM 3: Llama of which some layers, as a rule every fourth, have no positions.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readSmollm3(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    slideLastLayers(c, shape);
    shape.head.isTied = c.flagOr("tie_word_embeddings", true);
    const std::int64_t every = c.sizeOr("no_rope_layer_interval", 4);
    const std::vector<bool> turns = c.flagsOr("no_rope_layers", shape.layers.size(),
        [every](std::size_t i) { return (static_cast<std::int64_t>(i) + 1) % every != 0; });
    for (std::size_t i = 0; i < shape.layers.size(); ++i)
        if (!turns[i])
            shape.layers[i].attention.rotary.width = 0;
    return shape;
}

} // namespace

Family smollm3Family() { return {.name = "smollm3", .read = readSmollm3}; }

} // namespace mantissa
