// SPDX-License-Identifier: Apache-2.0
// GPT-NeoX (Pythia): layer norms, attention and MLP side by side, positions turn a part of each head.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

#include <algorithm>

namespace mantissa {

namespace {

DecoderShape readGptNeox(ForeignConfig& c)
{
    const std::int64_t width = c.size("hidden_size");
    const std::int64_t heads = c.size("num_attention_heads");
    const std::int64_t vocab = c.size("vocab_size");
    if (width % heads != 0)
        c.refuse("has heads that do not divide hidden_size");
    const std::int64_t headWidth = std::max<std::int64_t>(1, width / heads);
    const NormForm norm{NormKind::Layer, c.numberOr("layer_norm_eps", 1e-5)};
    const bool hasBias = c.flagOr("attention_bias", true);
    const DecoderLayerForm layer{.width = width,
        .norm = norm,
        .attention = {.heads = heads,
            .kvHeads = heads,
            .headWidth = headWidth,
            .qkv = QkvLayout::ByHead,
            .rotary
            = c.rotary(headWidth, c.numberOr("rotary_emb_base", 10000), {}, c.numberOr("rotary_pct", 0.25))},
        .mlp = {.width = c.size("intermediate_size"), .activation = c.activation("hidden_act", "gelu")},
        .isParallel = c.flagOr("use_parallel_residual", true)};
    return {.embedding = {.vocab = vocab, .width = width},
        .layers = std::vector(
            static_cast<std::size_t>(std::min<std::int64_t>(1000, c.size("num_hidden_layers"))), layer),
        .head
        = {.vocab = vocab, .width = width, .norm = norm, .isTied = c.flagOr("tie_word_embeddings", false)},
        .biases = {.queryKeyValue = hasBias, .attentionOutput = hasBias, .mlp = true},
        .names = {.embedding = "gpt_neox.embed_in.weight",
            .layer = "gpt_neox.layers.",
            .finalNorm = "gpt_neox.final_layer_norm",
            .projection = "embed_out.weight",
            .stems = {{TensorRole::QueryKeyValue, "attention.query_key_value"},
                {TensorRole::AttentionOutput, "attention.dense"}, {TensorRole::Up, "mlp.dense_h_to_4h"},
                {TensorRole::Down, "mlp.dense_4h_to_h"}}},
        .positions = c.sizeOr("max_position_embeddings", 2048)};
}

} // namespace

Family gptNeoxFamily() { return {.name = "gpt_neox", .read = readGptNeox}; }

} // namespace mantissa
