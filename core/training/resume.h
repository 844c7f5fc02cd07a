// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a run is gone on with: what `resume --set` asks for, done or refused before anything on disk changes.

#include "core/training/trainer.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// `settings` are "key=value", over the config that was in force at the newest checkpoint. Writes nothing.
/// Errors: no run, a key that cannot change there, a value that no run may have.
Result<TrainerSetup> planResume(
    const std::filesystem::path& folder, const std::vector<std::string>& settings);

} // namespace mantissa
