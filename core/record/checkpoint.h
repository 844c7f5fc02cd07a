// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checkpoint folders: written aside, renamed, and DONE last, so that a reader never meets half of one.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>

namespace mantissa {

class CheckpointWriter {
public:
    /// A fresh temporary folder under RUN/checkpoints.
    static Result<CheckpointWriter> begin(const std::filesystem::path& runFolder, std::int64_t step);
    /// Where the files go.
    const std::filesystem::path& folder() const { return m_temporary; }
    /// Makes it the checkpoint of its step and returns the final folder.
    Result<std::filesystem::path> commit();
    /// Removes what was written, after a failure.
    void discard();

private:
    std::filesystem::path m_temporary{};
    std::filesystem::path m_final{};
};

/// Keeps the newest `keep` whole checkpoints, and `best` where it is named; removes older and half-written
/// ones.
void pruneCheckpoints(
    const std::filesystem::path& runFolder, std::int64_t keep, const std::filesystem::path& best = {});
/// Removes checkpoints of later steps: those of a stretch that was rolled back.
void removeCheckpointsAfter(const std::filesystem::path& runFolder, std::int64_t step);

} // namespace mantissa
