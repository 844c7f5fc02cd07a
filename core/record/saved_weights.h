// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run's saved weights by the name people give them: the run, or one of its checkpoints.

#include "core/record/run_config.h"

#include <filesystem>
#include <optional>

namespace mantissa {

struct SavedWeights {
    RunConfig config{}; ///< of the run
    std::filesystem::path checkpoint{};
};

/// The run whose folder, or whose checkpoint's folder, this is; nothing where it is neither.
std::optional<std::filesystem::path> runAt(const std::filesystem::path& place);
/// Of a run its newest checkpoint. Errors: neither a run nor a checkpoint of one, none saved yet.
Result<SavedWeights> savedWeightsAt(const std::filesystem::path& place);

} // namespace mantissa
