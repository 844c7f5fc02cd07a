// SPDX-License-Identifier: Apache-2.0
// Mistral: Llama with a window on every layer.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readMistral(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    for (DecoderLayerForm& layer : shape.layers)
        layer.attention.window = c.sizeOr("sliding_window", 0);
    shape.biases = {};
    return shape;
}

} // namespace

Family mistralFamily() { return {.name = "mistral", .read = readMistral}; }

} // namespace mantissa
