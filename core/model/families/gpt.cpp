// SPDX-License-Identifier: Apache-2.0
// The GPT-2 family: learned positions, layer norm before each branch, tanh GELU, tied head. Names and layouts
// are those of the Hugging Face files (matrices [in, out]).

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"
#include "core/model/transformer.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

struct GptSizes {
    std::int64_t layers = 1;
    std::int64_t width = 1;
    std::int64_t heads = 1;
    std::int64_t ffn = 1;
    std::int64_t positions = 1;
    std::int64_t vocab = 1;
    double epsilon = 1e-5;
    double dropout = 0;
    Activation activation = Activation::GeluTanh;
    bool isTied = true;
};

DecoderShape gptShape(const GptSizes& s)
{
    const NormForm norm{NormKind::Layer, s.epsilon};
    const DecoderLayerForm layer{.width = s.width,
        .norm = norm,
        .attention = {.heads = s.heads,
            .kvHeads = s.heads,
            .headWidth = s.width / s.heads,
            .qkv = QkvLayout::SideBySide},
        .mlp = {.width = s.ffn, .activation = s.activation},
        .inputsFirst = true,
        .dropout = s.dropout};
    return {.embedding = {.vocab = s.vocab, .width = s.width, .learnsPositions = true, .dropout = s.dropout},
        .layers = std::vector(static_cast<std::size_t>(s.layers), layer),
        .head = {.vocab = s.vocab, .width = s.width, .norm = norm, .isTied = s.isTied},
        .biases = {.queryKeyValue = true, .attentionOutput = true, .mlp = true},
        .names = {.embedding = "transformer.wte.weight",
            .positions = "transformer.wpe.weight",
            .layer = "transformer.h.",
            .finalNorm = "transformer.ln_f",
            .stems = {{TensorRole::AttentionNorm, "ln_1"}, {TensorRole::QueryKeyValue, "attn.c_attn"},
                {TensorRole::AttentionOutput, "attn.c_proj"}, {TensorRole::MlpNorm, "ln_2"},
                {TensorRole::Up, "mlp.c_fc"}, {TensorRole::Down, "mlp.c_proj"}}},
        .positions = s.positions};
}

ModelDescription describeGpt(const ModelConfig& c)
{
    return describeDecoder(c,
        gptShape({.layers = c.layers,
            .width = c.width,
            .heads = c.heads,
            .ffn = c.ffn > 0 ? c.ffn : 4 * c.width,
            .positions = c.context,
            .vocab = c.vocab,
            .epsilon = c.normEpsilon,
            .dropout = c.dropout,
            .isTied = c.tied}));
}

/// Dropout is a matter of the training, not of the model: it stays off.
DecoderShape readGpt(ForeignConfig& c)
{
    const std::int64_t width = c.size("n_embd");
    const std::int64_t heads = c.size("n_head");
    if (width % heads != 0)
        c.refuse(fmt::format("has n_embd {} and n_head {}, which does not divide it", width, heads));
    for (const char* flag : {"scale_attn_by_inverse_layer_idx", "add_cross_attention"})
        if (c.flagOr(flag, false))
            c.refuse(fmt::format("has {} true, which cannot be computed", flag));
    if (!c.flagOr("scale_attn_weights", true))
        c.refuse("has scale_attn_weights false, which cannot be computed");
    return gptShape({.layers = c.sizeOr("n_layer", 12),
        .width = width,
        .heads = heads,
        .ffn = c.sizeOr("n_inner", 4 * width),
        .positions = c.sizeOr("n_positions", 1024),
        .vocab = c.size("vocab_size"),
        .epsilon = c.numberOr("layer_norm_epsilon", 1e-5),
        .activation = c.activation("activation_function", "gelu_new"),
        .isTied = c.flagOr("tie_word_embeddings", true)});
}

Status checkGpt(const ModelConfig& c)
{
    TRY(headsDivideWidth(c));
    return hasNoKeyValueHeads(c);
}

} // namespace

Family gptFamily()
{
    return {.name = "gpt", .check = checkGpt, .describe = describeGpt, .modelType = "gpt2", .read = readGpt};
}

} // namespace mantissa
