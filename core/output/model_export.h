// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run's or a checkpoint's model as a Hugging Face folder: config.json, weights under the names that the
// model's own files have, the tokenizer's files passed through.

#include "core/base/result.h"
#include "core/precision/precision.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

struct ModelExported {
    std::int64_t tensors = 0;
    std::int64_t elements = 0;
    std::int64_t bytes = 0; ///< of the weights' files
    Precision format = Precision::Fp32;
    std::int64_t changed = 0; ///< elements that rounding has changed
    double rootMeanSquare = 0; ///< of what rounding took away, over that of the weights
    std::vector<std::string> remarks{};
};

/// `place` is a run (its checkpoint `which`, as savedWeightsAt takes it) or a checkpoint of one. `format`
/// unset: that of the folder the model came from, or FP32. Errors: no model of text, a folder `to` that holds
/// something, a number that FP16 cannot hold.
Result<ModelExported> exportModel(const std::filesystem::path& place, std::optional<Precision> format,
    const std::filesystem::path& to, const std::string& which = {});

} // namespace mantissa
