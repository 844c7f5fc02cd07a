// SPDX-License-Identifier: Apache-2.0
// OLMo 2: norms only after each branch, and of queries and keys over all heads at once.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readOlmo2(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    for (DecoderLayerForm& layer : shape.layers) {
        layer.norms = NormPlaces::After;
        layer.norm.epsilon = c.numberOr("rms_norm_eps", 1e-5);
        layer.attention.queryKeyNorm = QueryKeyNorm::WholeWidth;
        layer.attention.rotary.keepsFp32 = true;
    }
    shape.head.norm.epsilon = c.numberOr("rms_norm_eps", 1e-5);
    shape.biases.mlp = false;
    return shape;
}

} // namespace

Family olmo2Family() { return {.name = "olmo2", .read = readOlmo2}; }

} // namespace mantissa
