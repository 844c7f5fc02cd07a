// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"

#include "core/model/family_list.h"
#include "core/model/foreign_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>

namespace mantissa {

namespace {

constexpr std::int64_t usualContext = 512; // tokens: what a model from a folder trains on unless told

const Family& familyOf(const ModelConfig& config)
{
    const auto all = families();
    const auto found = std::ranges::find(all, config.kind, &Family::name);
    assert(found != all.end());
    return *found;
}

/// Of a config that has come through modelFromForeign.
DecoderShape foreignShape(const ModelConfig& config)
{
    const auto json = parseJson(config.source, "model.config", RepeatedKeys::LastCounts);
    assert(json);
    ForeignConfig foreign(*json);
    return familyOf(config).read(foreign);
}

std::string_view typeOf(const Family& family)
{
    return family.modelType.empty() ? family.name : family.modelType;
}

Result<Family> familyOfType(const Json& config)
{
    const auto type = config.find("model_type");
    if (type == config.end() || !type->is_string())
        return fail("the model's config.json has no model_type; take a folder that transformers has saved",
            ExitCode::Usage);
    std::string known;
    for (const Family& family : families()) {
        if (!family.read)
            continue;
        if (typeOf(family) == type->get<std::string>())
            return family;
        known += (known.empty() ? "" : ", ") + std::string(typeOf(family));
    }
    return fail(
        fmt::format("the model's config.json has model_type '{}', which is not known here; known are {}",
            type->get<std::string>(), known),
        ExitCode::Usage);
}

} // namespace

std::span<const Family> families()
{
    static const std::vector<Family> all = listedFamilies();
    return all;
}

Result<Family> findFamily(std::string_view name)
{
    std::string known;
    for (const Family& family : families()) {
        if (family.name == name)
            return family;
        known += (known.empty() ? "" : ", ") + std::string(family.name);
    }
    return fail(fmt::format("'{}' is no kind of model; expected {}", name, known), ExitCode::Usage);
}

std::string familiesThatRead(InputKind input)
{
    std::string names;
    for (const Family& family : families())
        if (family.input == input)
            names += (names.empty() ? "" : ", ") + std::string(family.name);
    return names;
}

Result<ModelConfig> modelFromForeign(const Json& json)
{
    const auto family = familyOfType(json);
    if (!family)
        return fail(family.error());
    if (json.contains("quantization_config"))
        return fail("the model's config.json has a quantization_config, and its weights are no numbers to "
                    "train; take the folder of the model as it was before",
            ExitCode::Usage);
    ForeignConfig foreign(json);
    const DecoderShape shape = family->read(foreign);
    TRY(foreign.status());
    const DecoderLayerForm& layer = shape.layers.front();
    return ModelConfig{.kind = std::string(family->name),
        .layers = static_cast<std::int64_t>(shape.layers.size()),
        .width = shape.embedding.width,
        .heads = layer.attention.heads,
        .kvHeads = layer.attention.kvHeads,
        .ffn = layer.mlp.width,
        .context = std::min(shape.positions, usualContext),
        .vocab = shape.embedding.vocab,
        .tied = shape.head.isTied,
        .normEpsilon = layer.norm.epsilon,
        .rotaryBase = layer.attention.rotary.base,
        .source = jsonLine(json)};
}

ModelDescription describe(const ModelConfig& config)
{
    return config.source.empty() ? familyOf(config).describe(config)
                                 : describeDecoder(config, foreignShape(config));
}

InputKind inputOf(const ModelConfig& config) { return familyOf(config).input; }

std::int64_t parameterCount(const ModelConfig& config) { return describe(config).elements(); }

std::int64_t largestTensor(const ModelConfig& config) { return describe(config).largestTensor(); }

Status check(const ModelConfig& config)
{
    if (config.source.empty())
        TRY(familyOf(config).check(config));
    else if (const std::int64_t positions = foreignShape(config).positions; config.context > positions)
        return fail(fmt::format("model.context is {} and the model knows {} positions; choose a shorter one",
                        config.context, positions),
            ExitCode::Usage);
    if (config.frozen.empty())
        return {};
    const ModelDescription model = describe(config);
    for (const std::string& name : config.frozen)
        if (std::ranges::find(model.tensors, name, &TensorDescription::name) == model.tensors.end())
            return fail(fmt::format("model.frozen names '{}', and the model has no such tensor; the first is "
                                    "called '{}'",
                            name, model.tensors.front().name),
                ExitCode::Usage);
    if (model.trainedElements() == 0)
        return fail("model.frozen leaves nothing to train; take some tensors out of it", ExitCode::Usage);
    return {};
}

} // namespace mantissa
