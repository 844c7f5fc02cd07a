// SPDX-License-Identifier: Apache-2.0
#pragma once

// The `model` section of a config: the hyper-parameters from which a family makes its description.

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// Sizes in elements. A 0 or an empty text stands for the family's own choice.
struct ModelConfig {
    std::string name{}; ///< of a known model whose sizes these are, or empty
    std::string kind = "gpt"; ///< the family, as core/model/family.h knows it
    std::int64_t layers = 4;
    std::int64_t width = 128; ///< of the residual stream; channels of the first convolution; hidden units
    std::int64_t heads = 4;
    std::int64_t kvHeads = 0; ///< heads of keys and values; 0: as many as heads
    std::int64_t ffn = 0; ///< width of the MLP; 0: as the family has it
    std::int64_t context = 64;
    std::int64_t vocab = 256;
    double dropout = 0;
    bool tied = true; ///< the head shares the token embedding
    double normEpsilon = 1e-5; ///< added to the mean square (or variance) before its root
    double rotaryBase = 10000; ///< of families with rotary positions
    std::vector<std::string> frozen{}; ///< tensors that do not train, by name
    std::string folder{}; ///< a Hugging Face folder whose weights a new run begins with; empty: fresh ones
    std::string source{}; ///< that folder's config.json on one line, from which all sizes but the context
                          ///< come; empty: a model by its sizes
    friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// A model of sizes as published, dropout 0.
struct KnownModel {
    std::string_view title{};
    ModelConfig config{};
};

/// From small to large.
std::span<const KnownModel> knownModels();
/// Errors: a name that is none, with those that are.
Result<ModelConfig> knownModel(std::string_view name);
/// Whether it is still the model that it is called by: another context makes no other model.
bool isNamedRightly(const ModelConfig& config);

} // namespace mantissa
