// SPDX-License-Identifier: Apache-2.0
#pragma once

// The config.json of a Hugging Face folder, read by a family: keys that are missing or null have the
// family's default, keys that training does not depend on are passed over, and the first thing that is wrong
// is remembered.

#include "core/base/json.h"
#include "core/model/block_forms.h"
#include "core/model/decoder.h"

#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

class ForeignConfig {
public:
    explicit ForeignConfig(const Json& config)
        : m_config(config)
    {
    }

    std::int64_t size(std::string_view key); ///< must be there; 1 to 2^24
    std::int64_t sizeOr(std::string_view key, std::int64_t fallback);
    double numberOr(std::string_view key, double fallback);
    bool flagOr(std::string_view key, bool fallback);
    std::string textOr(std::string_view key, std::string fallback);
    /// True where it is there and not null.
    bool has(std::string_view key) const;
    const Json& json() const { return m_config; }

    /// Of a name in hidden_act; others are refused.
    Activation activation(std::string_view key, std::string_view fallback);
    /// Of heads of `headWidth`, by rope_parameters (or rope_scaling with rope_theta); `layerType` picks among
    /// parameters by kind of layer. `base` and `share` (of a head that turns): where nothing says otherwise.
    RotaryForm rotary(std::int64_t headWidth, double base, std::string_view layerType = {}, double share = 1);
    /// By layer_types, or by `slides` where the list is missing.
    std::vector<bool> slidingLayers(
        std::int64_t layers, bool (*slides)(std::int64_t layer, std::int64_t every), std::int64_t every);

    /// A list of 0 and 1, one a layer; `fallback` where it is missing.
    template <class Fallback>
    std::vector<bool> flagsOr(std::string_view key, std::size_t count, Fallback fallback)
    {
        std::vector<bool> flags(count);
        for (std::size_t i = 0; i < count; ++i)
            flags[i] = fallback(i);
        readFlags(key, flags);
        return flags;
    }

    void refuse(std::string message);
    /// The first problem.
    Status status() const;

private:
    const Json* find(std::string_view key) const;
    void readFlags(std::string_view key, std::vector<bool>& flags);
    const Json* rotaryJson(std::string_view layerType) const;

    const Json& m_config;
    std::string m_problem{};
};

/// Llama's own, on which the others differ: sizes, RMSNorm, rotary positions, grouped heads, a gated MLP.
/// `headWidth`: where the config has no head_dim; 0: the width over the heads.
DecoderShape llamaShape(ForeignConfig& config, std::int64_t headWidth = 0);
/// Windows of layers from max_window_layers on where use_sliding_window is set, as Qwen has them.
void slideLastLayers(ForeignConfig& config, DecoderShape& shape);

} // namespace mantissa
