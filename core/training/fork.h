// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a run is forked: a new run folder that goes on from a checkpoint of another run, which stays as it is.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// Whole checkpoints that are there, of the first steps first.
std::vector<std::filesystem::path> wholeCheckpoints(const std::filesystem::path& runFolder);

struct ForkOrder {
    std::filesystem::path run{};
    std::filesystem::path checkpoint{}; ///< one of its wholeCheckpoints()
    std::string name{}; ///< of the new run
};
/// Makes the folder, with the settings that were in force at the checkpoint and the log up to it, to be
/// resumed as any run is. Files of the checkpoint are linked where the file system can: nobody changes them.
/// Nothing is left behind after an error.
Result<std::filesystem::path> forkRun(const ForkOrder& order, const std::filesystem::path& runsFolder);

} // namespace mantissa
