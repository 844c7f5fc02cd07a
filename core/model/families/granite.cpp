// SPDX-License-Identifier: Apache-2.0
// Granite: Llama with multipliers of the embedding, the scores, the branches and the logits.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

namespace mantissa {

namespace {

DecoderShape readGranite(ForeignConfig& c)
{
    DecoderShape shape = llamaShape(c);
    shape.embedding.scale = c.numberOr("embedding_multiplier", 1);
    shape.head.logits.divisor = c.numberOr("logits_scaling", 1);
    for (DecoderLayerForm& layer : shape.layers) {
        layer.attention.scale = c.numberOr("attention_multiplier", 1);
        layer.branchScale = c.numberOr("residual_multiplier", 1);
    }
    if (shape.head.logits.divisor == 0)
        c.refuse("has logits_scaling 0");
    return shape;
}

} // namespace

Family graniteFamily() { return {.name = "granite", .read = readGranite}; }

} // namespace mantissa
