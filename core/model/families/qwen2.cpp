// SPDX-License-Identifier: Apache-2.0
// Qwen 2 and 2.5: Llama with biases of queries, keys and values; the last layers may slide.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readQwen2(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    slideLastLayers(c, shape);
    shape.biases = {.queryKeyValue = true};
    return shape;
}

} // namespace

Family qwen2Family() { return {.name = "qwen2", .read = readQwen2}; }

} // namespace mantissa
