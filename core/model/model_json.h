// SPDX-License-Identifier: Apache-2.0
#pragma once

// The `model` section as JSON.

#include "core/base/json.h"
#include "core/model/model_config.h"

namespace mantissa {

/// Over `model`; what is wrong is told to the reader.
void readModel(ObjectReader& reader, ModelConfig& model);
/// All keys, resolved; reading it back gives an equal config.
Json toJson(const ModelConfig& model);

} // namespace mantissa
