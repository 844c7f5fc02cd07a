// SPDX-License-Identifier: Apache-2.0
// Gemma 2: every second layer slides; scores and logits are capped.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/gemma_shape.h"

namespace mantissa {

namespace {

DecoderShape readGemma2(ForeignConfig& c)
{
    DecoderShape shape = gemmaShape(c);
    const auto layers = static_cast<std::int64_t>(shape.layers.size());
    addGemma2(c, shape,
        c.slidingLayers(
            layers, [](std::int64_t i, std::int64_t) { return i % 2 == 0; }, 2));
    return shape;
}

} // namespace

Family gemma2Family() { return {.name = "gemma2", .read = readGemma2}; }

} // namespace mantissa
