// SPDX-License-Identifier: Apache-2.0
#pragma once

// The families of models. Each is one file of core/model/families, listed by name in core/CMakeLists.txt, and
// says what its hyper-parameters are, which are refused, and what a model of it is made of.

#include "core/base/json.h"
#include "core/model/decoder.h"
#include "core/model/model_description.h"

#include <span>
#include <string_view>

namespace mantissa {

class ForeignConfig;

struct Family {
    std::string_view name{}; ///< as model.kind has it
    InputKind input = InputKind::Tokens;
    ModelConfig defaults{}; ///< what holds where a config leaves a key out
    /// Refuses what the family cannot be; sizes are positive already. Both are null for a family that is
    /// only read from folders.
    Status (*check)(const ModelConfig& config) = nullptr;
    ModelDescription (*describe)(const ModelConfig& config) = nullptr;
    std::string_view modelType{}; ///< in a config.json; empty: the name
    DecoderShape (*read)(ForeignConfig& config) = nullptr; ///< null: not found in folders

    bool isMadeFromSizes() const { return describe != nullptr; }
};

std::span<const Family> families();
/// Errors: a name that is none, with those that are.
Result<Family> findFamily(std::string_view name);
/// "gpt, llama": those that read this.
std::string familiesThatRead(InputKind input);

/// The model of a config.json: kind and sizes as `model` has them. Errors: another family, by its name, and
/// what cannot be computed.
Result<ModelConfig> modelFromForeign(const Json& config);

/// Of a config whose kind is a family.
ModelDescription describe(const ModelConfig& config);
InputKind inputOf(const ModelConfig& config);
std::int64_t parameterCount(const ModelConfig& config);
std::int64_t largestTensor(const ModelConfig& config);
/// The family's own rules, and that `frozen` names tensors and leaves some to train.
Status check(const ModelConfig& config);

} // namespace mantissa
