// SPDX-License-Identifier: Apache-2.0
// The Llama family: RMSNorm, rotary positions, grouped heads, SwiGLU. Names and layouts are those of the
// Hugging Face files (matrices [out, in]).

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/transformer.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

ModelDescription describeLlama(const ModelConfig& c)
{
    const std::int64_t h = c.width;
    const std::int64_t f = c.ffn > 0 ? c.ffn : (8 * h / 3 + 63) / 64 * 64;
    const std::int64_t kvHeads = c.kvHeads > 0 ? c.kvHeads : c.heads;
    const std::int64_t headWidth = h / c.heads;
    const std::int64_t kv = kvHeads * headWidth;
    const NormForm norm{NormKind::Rms, c.normEpsilon};
    const double deviation = initialDeviation;
    const double residual = residualDeviation(c.layers);
    DescriptionBuilder model(c, InputKind::Tokens);
    model.block(EmbeddingForm{.vocab = c.vocab, .width = h});
    model.matrix(TensorRole::TokenEmbedding, "model.embed_tokens.weight", {c.vocab, h}, deviation);
    const DecoderLayerForm layer{.width = h,
        .norm = norm,
        .attention = {.heads = c.heads,
            .kvHeads = kvHeads,
            .headWidth = headWidth,
            .rotaryWidth = headWidth,
            .rotaryBase = c.rotaryBase},
        .mlp = {.width = f, .activation = Activation::Silu, .isGated = true}};
    for (std::int64_t i = 0; i < c.layers; ++i) {
        const std::string at = fmt::format("model.layers.{}.", i);
        model.block(layer, fmt::format("blocks.{}.", i));
        model.ones(TensorRole::AttentionNorm, at + "input_layernorm.weight", h);
        model.matrix(TensorRole::Query, at + "self_attn.q_proj.weight", {h, h}, deviation);
        model.matrix(TensorRole::Key, at + "self_attn.k_proj.weight", {kv, h}, deviation);
        model.matrix(TensorRole::Value, at + "self_attn.v_proj.weight", {kv, h}, deviation);
        model.matrix(TensorRole::AttentionOutput, at + "self_attn.o_proj.weight", {h, h}, residual);
        model.ones(TensorRole::MlpNorm, at + "post_attention_layernorm.weight", h);
        model.matrix(TensorRole::Gate, at + "mlp.gate_proj.weight", {f, h}, deviation);
        model.matrix(TensorRole::Up, at + "mlp.up_proj.weight", {f, h}, deviation);
        model.matrix(TensorRole::Down, at + "mlp.down_proj.weight", {h, f}, residual);
    }
    model.block(HeadForm{c.vocab, h, norm, c.tied}, "head.");
    model.ones(TensorRole::FinalNorm, "model.norm.weight", h);
    if (c.tied)
        model.tie();
    else
        model.matrix(TensorRole::Projection, "lm_head.weight", {c.vocab, h}, deviation);
    return model.take();
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
    return {.name = "llama", .defaults = {.kind = "llama"}, .check = checkLlama, .describe = describeLlama};
}

} // namespace mantissa
