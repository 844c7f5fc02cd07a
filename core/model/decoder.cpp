// SPDX-License-Identifier: Apache-2.0
#include "core/model/decoder.h"

#include "core/model/transformer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mantissa {

namespace {

/// Llama's, and what those after it call what Llama does not have.
std::string_view usualStem(TensorRole role, NormPlaces norms)
{
    switch (role) {
    case TensorRole::AttentionNorm:
        return "input_layernorm";
    case TensorRole::QueryKeyValue:
        return "self_attn.qkv_proj";
    case TensorRole::Query:
        return "self_attn.q_proj";
    case TensorRole::Key:
        return "self_attn.k_proj";
    case TensorRole::Value:
        return "self_attn.v_proj";
    case TensorRole::QueryNorm:
        return "self_attn.q_norm";
    case TensorRole::KeyNorm:
        return "self_attn.k_norm";
    case TensorRole::AttentionOutput:
        return "self_attn.o_proj";
    case TensorRole::PostAttentionNorm:
        return "post_attention_layernorm";
    case TensorRole::MlpNorm:
        return norms == NormPlaces::Both ? "pre_feedforward_layernorm" : "post_attention_layernorm";
    case TensorRole::GateUp:
        return "mlp.gate_up_proj";
    case TensorRole::Gate:
        return "mlp.gate_proj";
    case TensorRole::Up:
        return "mlp.up_proj";
    case TensorRole::Down:
        return "mlp.down_proj";
    case TensorRole::PostMlpNorm:
        return "post_feedforward_layernorm";
    default:
        return {};
    }
}

/// Adds one layer's tensors.
class LayerWriter {
public:
    LayerWriter(DescriptionBuilder& model, const DecoderShape& shape, std::size_t layer)
        : m_model(model)
        , m_shape(shape)
        , m_form(shape.layers[layer])
        , m_at(fmt::format("{}{}.", shape.names.layer, layer))
        , m_residual(residualDeviation(static_cast<std::int64_t>(shape.layers.size())))
    {
    }

    void write()
    {
        const bool isBefore = m_form.norms != NormPlaces::After;
        const bool isAfter = m_form.norms != NormPlaces::Before;
        if (isBefore)
            norm(TensorRole::AttentionNorm, TensorRole::AttentionNormBias, m_form.width);
        attention();
        if (isAfter)
            norm(TensorRole::PostAttentionNorm, {}, m_form.width);
        if (isBefore)
            norm(TensorRole::MlpNorm, TensorRole::MlpNormBias, m_form.width);
        mlp();
        if (isAfter)
            norm(TensorRole::PostMlpNorm, {}, m_form.width);
    }

private:
    void attention()
    {
        const AttentionForm& form = m_form.attention;
        const DecoderBiases& biases = m_shape.biases;
        const std::int64_t q = form.heads * form.headWidth;
        const std::int64_t kv = form.kvHeads * form.headWidth;
        const auto matrices = [&](TensorRole role, TensorRole bias, std::int64_t out) {
            matrix(role, m_form.width, out, initialDeviation);
            if (biases.queryKeyValue)
                zeros(role, bias, out);
        };
        if (form.qkv == QkvLayout::Separate) {
            matrices(TensorRole::Query, TensorRole::QueryBias, q);
            matrices(TensorRole::Key, TensorRole::KeyBias, kv);
            matrices(TensorRole::Value, TensorRole::ValueBias, kv);
        } else {
            matrices(TensorRole::QueryKeyValue, TensorRole::QueryKeyValueBias, q + 2 * kv);
        }
        if (form.queryKeyNorm != QueryKeyNorm::None) {
            const bool isPerHead = form.queryKeyNorm == QueryKeyNorm::PerHead;
            norm(TensorRole::QueryNorm, {}, isPerHead ? form.headWidth : q);
            norm(TensorRole::KeyNorm, {}, isPerHead ? form.headWidth : kv);
        }
        matrix(TensorRole::AttentionOutput, q, m_form.width, m_residual);
        if (biases.attentionOutput)
            zeros(TensorRole::AttentionOutput, TensorRole::AttentionOutputBias, m_form.width);
    }
    void mlp()
    {
        const MlpForm& form = m_form.mlp;
        if (form.isFused)
            matrix(TensorRole::GateUp, m_form.width, 2 * form.width, initialDeviation);
        if (form.isGated && !form.isFused) {
            matrix(TensorRole::Gate, m_form.width, form.width, initialDeviation);
            if (m_shape.biases.mlp)
                zeros(TensorRole::Gate, TensorRole::GateBias, form.width);
        }
        if (!form.isFused) {
            matrix(TensorRole::Up, m_form.width, form.width, initialDeviation);
            if (m_shape.biases.mlp)
                zeros(TensorRole::Up, TensorRole::UpBias, form.width);
        }
        matrix(TensorRole::Down, form.width, m_form.width, m_residual);
        if (m_shape.biases.mlp)
            zeros(TensorRole::Down, TensorRole::DownBias, m_form.width);
    }

    std::string name(TensorRole role, std::string_view ending) const
    {
        const auto own
            = std::ranges::find(m_shape.names.stems, role, &std::pair<TensorRole, std::string>::first);
        const std::string_view stem = own != m_shape.names.stems.end() ? std::string_view(own->second)
                                                                       : usualStem(role, m_form.norms);
        return fmt::format("{}{}.{}", m_at, stem, ending);
    }
    void matrix(TensorRole role, std::int64_t in, std::int64_t out, double deviation)
    {
        m_model.matrix(role, name(role, "weight"),
            m_form.inputsFirst ? std::vector<std::int64_t>{in, out} : std::vector<std::int64_t>{out, in},
            deviation);
    }
    void zeros(TensorRole of, TensorRole role, std::int64_t n) { m_model.zeros(role, name(of, "bias"), n); }
    void norm(TensorRole role, std::optional<TensorRole> bias, std::int64_t n)
    {
        if (m_form.norm.kind == NormKind::RmsPlusOne)
            m_model.zeros(role, name(role, "weight"), n);
        else
            m_model.ones(role, name(role, "weight"), n);
        if (bias && m_form.norm.kind == NormKind::Layer)
            zeros(role, *bias, n);
    }

    DescriptionBuilder& m_model;
    const DecoderShape& m_shape;
    const DecoderLayerForm& m_form;
    std::string m_at;
    double m_residual;
};

} // namespace

ModelDescription describeDecoder(const ModelConfig& config, const DecoderShape& shape)
{
    const std::int64_t width = shape.embedding.width;
    DescriptionBuilder model(config, InputKind::Tokens);
    model.block(shape.embedding);
    model.matrix(
        TensorRole::TokenEmbedding, shape.names.embedding, {shape.embedding.vocab, width}, initialDeviation);
    if (shape.embedding.learnsPositions)
        model.matrix(
            TensorRole::PositionEmbedding, shape.names.positions, {shape.positions, width}, initialDeviation);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        model.block(shape.layers[i], fmt::format("blocks.{}.", i));
        LayerWriter(model, shape, i).write();
    }
    model.block(shape.head, "head.");
    if (shape.head.norm.kind == NormKind::RmsPlusOne)
        model.zeros(TensorRole::FinalNorm, shape.names.finalNorm + ".weight", width);
    else
        model.ones(TensorRole::FinalNorm, shape.names.finalNorm + ".weight", width);
    if (shape.head.norm.kind == NormKind::Layer)
        model.zeros(TensorRole::FinalNormBias, shape.names.finalNorm + ".bias", width);
    if (shape.head.isTied)
        model.tie();
    else
        model.matrix(
            TensorRole::Projection, shape.names.projection, {shape.head.vocab, width}, initialDeviation);
    return model.take();
}

} // namespace mantissa
