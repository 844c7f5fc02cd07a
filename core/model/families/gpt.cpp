// SPDX-License-Identifier: Apache-2.0
// The GPT-2 family: learned positions, layer norm before each branch, tanh GELU, tied head. Names and layouts
// are those of the Hugging Face files (matrices [in, out]).

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/transformer.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

ModelDescription describeGpt(const ModelConfig& c)
{
    const std::int64_t h = c.width;
    const std::int64_t f = c.ffn > 0 ? c.ffn : 4 * h;
    const NormForm norm{NormKind::Layer, c.normEpsilon};
    const double deviation = initialDeviation;
    const double residual = residualDeviation(c.layers);
    DescriptionBuilder model(c, InputKind::Tokens);
    model.block(EmbeddingForm{c.vocab, h, /*learnsPositions*/ true, c.dropout});
    model.matrix(TensorRole::TokenEmbedding, "transformer.wte.weight", {c.vocab, h}, deviation);
    model.matrix(TensorRole::PositionEmbedding, "transformer.wpe.weight", {c.context, h}, deviation);
    const DecoderLayerForm layer{.width = h,
        .norm = norm,
        .attention
        = {.heads = c.heads, .kvHeads = c.heads, .headWidth = h / c.heads, .qkv = QkvLayout::SideBySide},
        .mlp = {.width = f, .activation = Activation::GeluTanh},
        .inputsFirst = true,
        .dropout = c.dropout};
    for (std::int64_t i = 0; i < c.layers; ++i) {
        const std::string at = fmt::format("transformer.h.{}.", i);
        model.block(layer, fmt::format("blocks.{}.", i));
        model.ones(TensorRole::AttentionNorm, at + "ln_1.weight", h);
        model.zeros(TensorRole::AttentionNormBias, at + "ln_1.bias", h);
        model.matrix(TensorRole::QueryKeyValue, at + "attn.c_attn.weight", {h, 3 * h}, deviation);
        model.zeros(TensorRole::QueryKeyValueBias, at + "attn.c_attn.bias", 3 * h);
        model.matrix(TensorRole::AttentionOutput, at + "attn.c_proj.weight", {h, h}, residual);
        model.zeros(TensorRole::AttentionOutputBias, at + "attn.c_proj.bias", h);
        model.ones(TensorRole::MlpNorm, at + "ln_2.weight", h);
        model.zeros(TensorRole::MlpNormBias, at + "ln_2.bias", h);
        model.matrix(TensorRole::Up, at + "mlp.c_fc.weight", {h, f}, deviation);
        model.zeros(TensorRole::UpBias, at + "mlp.c_fc.bias", f);
        model.matrix(TensorRole::Down, at + "mlp.c_proj.weight", {f, h}, residual);
        model.zeros(TensorRole::DownBias, at + "mlp.c_proj.bias", h);
    }
    model.block(HeadForm{c.vocab, h, norm, c.tied}, "head.");
    model.ones(TensorRole::FinalNorm, "transformer.ln_f.weight", h);
    model.zeros(TensorRole::FinalNormBias, "transformer.ln_f.bias", h);
    if (c.tied)
        model.tie();
    else
        model.matrix(TensorRole::Projection, "lm_head.weight", {c.vocab, h}, deviation);
    return model.take();
}

Status checkGpt(const ModelConfig& c)
{
    TRY(headsDivideWidth(c));
    return hasNoKeyValueHeads(c);
}

} // namespace

Family gptFamily() { return {.name = "gpt", .check = checkGpt, .describe = describeGpt}; }

} // namespace mantissa
