// SPDX-License-Identifier: Apache-2.0
// Gemma 3, text only: five of six layers slide and turn by a base of their own; queries and keys are normed.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/gemma_shape.h"

namespace mantissa {

namespace {

DecoderShape readGemma3Text(ForeignConfig& c)
{
    DecoderShape shape = gemmaShape(c);
    const auto layers = static_cast<std::int64_t>(shape.layers.size());
    const std::int64_t every = c.sizeOr("sliding_window_pattern", c.sizeOr("_sliding_window_pattern", 6));
    const std::vector<bool> sliding = c.slidingLayers(
        layers, [](std::int64_t i, std::int64_t n) { return (i + 1) % n != 0; }, every);
    addGemma2(c, shape, sliding);
    const std::int64_t headWidth = shape.layers.front().attention.headWidth;
    const RotaryForm full = c.rotary(headWidth, c.numberOr("rope_theta", 1e6), "full_attention");
    const RotaryForm local = c.has("rope_parameters")
        ? c.rotary(headWidth, 1e4, "sliding_attention")
        : RotaryForm{.width = headWidth, .base = c.numberOr("rope_local_base_freq", 1e4)};
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        AttentionForm& attention = shape.layers[i].attention;
        attention.queryKeyNorm = QueryKeyNorm::PerHead;
        attention.rotary = sliding[i] ? local : full;
    }
    return shape;
}

} // namespace

Family gemma3TextFamily() { return {.name = "gemma3_text", .read = readGemma3Text}; }

} // namespace mantissa
