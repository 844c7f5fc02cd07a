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
/// Of a run the checkpoint that `which` names: "" or "newest", "best" (by evaluation loss), or its step.
/// Errors: neither a run nor a checkpoint of one, none saved yet, no such checkpoint.
Result<SavedWeights> savedWeightsAt(const std::filesystem::path& place, const std::string& which = {});

} // namespace mantissa
