// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a run is forked: a new run folder that goes on from a checkpoint of another run, which stays as it is.

#include "core/base/result.h"
#include "core/record/run.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// What a fork begins with.
struct ForkPoint {
    std::int64_t step = 0; ///< of the checkpoint
    RunConfig config{}; ///< in force there
    std::int64_t samples = 0; ///< of the data; 0: not known
    std::int64_t samplesLearned = 0; ///< up to there
};
/// Nothing where the run's log does not tell of the checkpoint.
std::optional<ForkPoint> forkPoint(const Run& run, const std::filesystem::path& checkpoint);
/// Fails where a fork of this length would have nothing left to train.
Status checkLength(const ForkPoint& point, TrainingConfig wanted);

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
