// SPDX-License-Identifier: Apache-2.0
#pragma once

// The engine's part of a checkpoint: model.safetensors, moments.safetensors, and readout.safetensors where
// weights were collected.

#include "core/torch/engine/engine_state.h"

#include <filesystem>

namespace mantissa {

/// Into an existing folder; returns their bytes.
Result<std::int64_t> saveEngine(EngineState& state, const std::filesystem::path& folder);
/// Takes the place of all state. After an error weights may be of two states.
Status loadEngine(EngineState& state, const std::filesystem::path& folder);

} // namespace mantissa
