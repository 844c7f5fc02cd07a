// SPDX-License-Identifier: Apache-2.0
// Rotary positions as transformers writes them: rope_parameters (flat, or by kind of layer), or the older
// rope_theta with rope_scaling.

#include "core/model/foreign_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

/// How much Yarn raises the scores of a context stretched by `factor` (Peng et al. 2023, § 3.4).
double yarnAmplitude(double factor, double scale)
{
    return factor <= 1 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0;
}

void readYarn(ForeignConfig& scaling, RotaryForm& form)
{
    form.kind = RotaryKind::Yarn;
    form.low = scaling.numberOr("beta_slow", 1);
    form.high = scaling.numberOr("beta_fast", 32);
    form.roundsOutward = scaling.flagOr("truncate", true);
    form.amplitude = yarnAmplitude(form.factor, 1);
    if (scaling.has("mscale") && scaling.has("mscale_all_dim"))
        form.amplitude = yarnAmplitude(form.factor, scaling.numberOr("mscale", 1))
            / yarnAmplitude(form.factor, scaling.numberOr("mscale_all_dim", 1));
    form.amplitude = scaling.numberOr("attention_factor", form.amplitude);
}

std::vector<double> factorsOf(ForeignConfig& scaling, const char* key, std::int64_t pairs)
{
    std::vector<double> factors;
    const auto found = scaling.json().find(key);
    if (found != scaling.json().end() && found->is_array())
        for (const Json& factor : *found)
            if (factor.is_number() && factor.get<double>() > 0)
                factors.push_back(factor.get<double>());
    if (factors.size() != static_cast<std::size_t>(pairs))
        scaling.refuse(fmt::format("has {} numbers in {} and turns {} pairs", factors.size(), key, pairs));
    factors.resize(static_cast<std::size_t>(pairs), 1.0);
    return factors;
}

void readLongRope(ForeignConfig& scaling, RotaryForm& form, double positions)
{
    form.kind = RotaryKind::LongRope;
    form.shortFactors = factorsOf(scaling, "short_factor", form.width / 2);
    form.longFactors = factorsOf(scaling, "long_factor", form.width / 2);
    const double factor = positions / form.originalContext;
    form.amplitude = factor <= 1 ? 1.0 : std::sqrt(1 + std::log(factor) / std::log(form.originalContext));
    form.amplitude = scaling.numberOr("attention_factor", form.amplitude);
}

} // namespace

const Json* ForeignConfig::rotaryJson(std::string_view layerType) const
{
    const Json* json = find("rope_parameters");
    if (json && json->is_object() && !layerType.empty())
        if (const auto own = json->find(std::string(layerType)); own != json->end())
            return &*own;
    return json ? json : find("rope_scaling");
}

RotaryForm ForeignConfig::rotary(
    std::int64_t headWidth, double base, std::string_view layerType, double usualShare)
{
    static const Json none = Json::object();
    const Json* json = rotaryJson(layerType);
    if (json && !json->is_object()) {
        refuse("has rotary parameters that are no object");
        json = nullptr;
    }
    ForeignConfig scaling(json ? *json : none);
    const double share
        = scaling.numberOr("partial_rotary_factor", numberOr("partial_rotary_factor", usualShare));
    RotaryForm form{.width = static_cast<std::int64_t>(static_cast<double>(headWidth) * share),
        .base = scaling.numberOr("rope_theta", base)};
    const std::string kind = scaling.textOr("rope_type", scaling.textOr("type", "default"));
    const double positions = numberOr("max_position_embeddings", 2048);
    form.factor = scaling.numberOr("factor", 1);
    form.originalContext = scaling.numberOr(
        "original_max_position_embeddings", numberOr("original_max_position_embeddings", positions));
    if (kind == "linear") {
        form.kind = RotaryKind::Linear;
    } else if (kind == "llama3") {
        form.kind = RotaryKind::Llama3;
        form.low = scaling.numberOr("low_freq_factor", 1);
        form.high = scaling.numberOr("high_freq_factor", 4);
    } else if (kind == "longrope" || kind == "su" || (kind == "yarn" && scaling.has("short_factor"))) {
        readLongRope(scaling, form, positions);
    } else if (kind == "yarn") {
        readYarn(scaling, form);
    } else if (kind != "default" && kind != "dynamic") { // dynamic: as plain up to the model's own context
        refuse(fmt::format("has rotary positions of type '{}'; default, linear, dynamic, llama3, yarn and "
                           "longrope can be computed",
            kind));
    }
    if (form.width % 2 != 0 || form.width < 1 || form.width > headWidth)
        refuse(fmt::format(
            "turns {} of the {} elements of a head; expected an even number", form.width, headWidth));
    if (!(form.base > 0) || !(form.factor > 0) || !(form.originalContext > 0) || form.low == form.high)
        refuse("has rotary parameters that are not positive, or two factors that are equal");
    if (!scaling.m_problem.empty())
        refuse(scaling.m_problem);
    return form;
}

} // namespace mantissa
