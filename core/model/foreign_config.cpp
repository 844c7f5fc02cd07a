// SPDX-License-Identifier: Apache-2.0
#include "core/model/foreign_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t mostElements = std::int64_t{1} << 24; // of one dimension

} // namespace

const Json* ForeignConfig::find(std::string_view key) const
{
    const auto found = m_config.find(std::string(key));
    return found == m_config.end() || found->is_null() ? nullptr : &*found;
}

bool ForeignConfig::has(std::string_view key) const { return find(key) != nullptr; }

void ForeignConfig::refuse(std::string message)
{
    if (m_problem.empty())
        m_problem = std::move(message);
}

Status ForeignConfig::status() const
{
    if (m_problem.empty())
        return {};
    return fail("the model's config.json " + m_problem, ExitCode::Usage);
}

std::int64_t ForeignConfig::size(std::string_view key)
{
    if (!find(key)) {
        refuse(fmt::format("has no {}; take a complete folder", key));
        return 1;
    }
    return sizeOr(key, 1);
}

std::int64_t ForeignConfig::sizeOr(std::string_view key, std::int64_t fallback)
{
    const Json* value = find(key);
    if (!value)
        return fallback;
    if (value->is_number_integer()) {
        const auto n = value->get<std::int64_t>();
        if (n >= 1 && n <= mostElements)
            return n;
    }
    refuse(
        fmt::format("has {} {}; expected a whole number from 1 to {}", key, jsonLine(*value), mostElements));
    return 1;
}

double ForeignConfig::numberOr(std::string_view key, double fallback)
{
    const Json* value = find(key);
    if (!value)
        return fallback;
    if (value->is_number())
        return value->get<double>();
    refuse(fmt::format("has {} {}; expected a number", key, jsonLine(*value)));
    return fallback;
}

bool ForeignConfig::flagOr(std::string_view key, bool fallback)
{
    const Json* value = find(key);
    if (!value)
        return fallback;
    if (value->is_boolean())
        return value->get<bool>();
    refuse(fmt::format("has {} {}; expected true or false", key, jsonLine(*value)));
    return fallback;
}

std::string ForeignConfig::textOr(std::string_view key, std::string fallback)
{
    const Json* value = find(key);
    if (!value)
        return fallback;
    if (value->is_string())
        return value->get<std::string>();
    refuse(fmt::format("has {} {}; expected a text", key, jsonLine(*value)));
    return fallback;
}

Activation ForeignConfig::activation(std::string_view key, std::string_view fallback)
{
    const std::string name = textOr(key, std::string(fallback));
    if (name == "silu" || name == "swish")
        return Activation::Silu;
    if (name == "gelu")
        return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast")
        return Activation::GeluTanh;
    refuse(fmt::format("has {} '{}'; silu, gelu, gelu_new and gelu_pytorch_tanh can be computed", key, name));
    return Activation::Silu;
}

std::vector<bool> ForeignConfig::slidingLayers(
    std::int64_t layers, bool (*slides)(std::int64_t layer, std::int64_t every), std::int64_t every)
{
    std::vector<bool> sliding(static_cast<std::size_t>(layers));
    const Json* types = find("layer_types");
    if (types && (!types->is_array() || types->size() != sliding.size())) {
        refuse(fmt::format("has layer_types that do not list {} layers", layers));
        return sliding;
    }
    for (std::size_t i = 0; i < sliding.size(); ++i) {
        if (!types) {
            sliding[i] = slides(static_cast<std::int64_t>(i), every);
            continue;
        }
        const Json& type = (*types)[i];
        if (type != "sliding_attention" && type != "full_attention")
            refuse(fmt::format("has a layer of type {}; full_attention and sliding_attention can be computed",
                jsonLine(type)));
        sliding[i] = type == "sliding_attention";
    }
    return sliding;
}

void ForeignConfig::readFlags(std::string_view key, std::vector<bool>& flags)
{
    const Json* list = find(key);
    if (!list)
        return;
    if (!list->is_array() || list->size() != flags.size()) {
        refuse(fmt::format("has {} that do not list {} layers", key, flags.size()));
        return;
    }
    for (std::size_t i = 0; i < flags.size(); ++i)
        flags[i] = (*list)[i] != 0 && (*list)[i] != false;
}

void slideLastLayers(ForeignConfig& c, DecoderShape& shape)
{
    if (!c.flagOr("use_sliding_window", false) || !c.has("sliding_window"))
        return;
    const std::vector<bool> sliding = c.slidingLayers(
        static_cast<std::int64_t>(shape.layers.size()),
        [](std::int64_t layer, std::int64_t first) { return layer >= first; },
        c.sizeOr("max_window_layers", 28));
    for (std::size_t i = 0; i < shape.layers.size(); ++i)
        shape.layers[i].attention.window = sliding[i] ? c.sizeOr("sliding_window", 0) : 0;
}

DecoderShape llamaShape(ForeignConfig& c, std::int64_t headWidth)
{
    const std::int64_t width = c.size("hidden_size");
    const std::int64_t vocab = c.size("vocab_size");
    const std::int64_t heads = c.size("num_attention_heads");
    if (headWidth == 0 && !c.has("head_dim") && width % heads != 0)
        c.refuse(fmt::format(
            "has hidden_size {} and {} heads, which do not divide it, and no head_dim", width, heads));
    const std::int64_t ownWidth
        = c.sizeOr("head_dim", headWidth > 0 ? headWidth : std::max<std::int64_t>(1, width / heads));
    const std::int64_t kvHeads = c.sizeOr("num_key_value_heads", heads);
    if (heads % kvHeads != 0)
        c.refuse(
            fmt::format("has {} heads and {} of keys and values, which do not divide them", heads, kvHeads));
    const NormForm norm{NormKind::Rms, c.numberOr("rms_norm_eps", 1e-6)};
    const DecoderLayerForm layer{.width = width,
        .norm = norm,
        .attention = {.heads = heads,
            .kvHeads = kvHeads,
            .headWidth = ownWidth,
            .rotary = c.rotary(ownWidth, c.numberOr("rope_theta", 10000))},
        .mlp = {.width = c.size("intermediate_size"),
            .activation = c.activation("hidden_act", "silu"),
            .isGated = true}};
    const std::int64_t layers = c.size("num_hidden_layers");
    if (layers > 1000)
        c.refuse(fmt::format("has {} layers; 1000 are the most", layers));
    const bool hasBias = c.flagOr("attention_bias", false);
    return {.embedding = {.vocab = vocab, .width = width},
        .layers = std::vector(static_cast<std::size_t>(std::min<std::int64_t>(layers, 1000)), layer),
        .head
        = {.vocab = vocab, .width = width, .norm = norm, .isTied = c.flagOr("tie_word_embeddings", false)},
        .biases = {.queryKeyValue = hasBias, .attentionOutput = hasBias, .mlp = c.flagOr("mlp_bias", false)},
        .positions = c.sizeOr("max_position_embeddings", 2048)};
}

} // namespace mantissa
