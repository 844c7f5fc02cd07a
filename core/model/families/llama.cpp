// SPDX-License-Identifier: Apache-2.0
// The Llama family: RMSNorm, rotary positions, grouped heads, SwiGLU. Names and layouts are those of the
// Hugging Face files (matrices [out, in]).

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"
#include "core/model/transformer.h"

namespace mantissa {

namespace {

ModelDescription describeLlama(const ModelConfig& c)
{
    const std::int64_t h = c.width;
    const std::int64_t headWidth = h / c.heads;
    const NormForm norm{NormKind::Rms, c.normEpsilon};
    const DecoderLayerForm layer{.width = h,
        .norm = norm,
        .attention = {.heads = c.heads,
            .kvHeads = c.kvHeads > 0 ? c.kvHeads : c.heads,
            .headWidth = headWidth,
            .rotary = {.width = headWidth, .base = c.rotaryBase}},
        .mlp = {.width = c.ffn > 0 ? c.ffn : (8 * h / 3 + 63) / 64 * 64,
            .activation = Activation::Silu,
            .isGated = true}};
    return describeDecoder(c,
        {.embedding = {.vocab = c.vocab, .width = h},
            .layers = std::vector(static_cast<std::size_t>(c.layers), layer),
            .head = {.vocab = c.vocab, .width = h, .norm = norm, .isTied = c.tied},
            .positions = c.context});
}

Status checkLlama(const ModelConfig& c)
{
    TRY(headsDivideWidth(c));
    TRY(headsCanTurn(c));
    TRY(keyValueHeadsDivideHeads(c));
    return hasNoDropout(c);
}

} // namespace

Family llamaFamily()
{
    return {.name = "llama",
        .defaults = {.kind = "llama"},
        .check = checkLlama,
        .describe = describeLlama,
        .read = [](ForeignConfig& config) { return llamaShape(config); }};
}

} // namespace mantissa
