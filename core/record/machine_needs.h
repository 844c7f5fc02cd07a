// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run will need of the machine it runs on beside its card: memory and disk, from shapes alone, and
// whether that is there. An Estimate, as that of Device, and never drawn as a Measurement.

#include "core/record/run_config.h"

#include <filesystem>
#include <optional>

namespace mantissa {

struct MachineNeeds {
    std::int64_t deviceBytes = 0; ///< the Estimate's peak
    std::int64_t hostBytes
        = 0; ///< what rests or waits on Host in the fullest phase, snapshot, read-out, data
    std::int64_t statesBytes = 0; ///< files of states on Disk and what waits beside them
    std::int64_t checkpointBytes = 0; ///< those that are kept, and one that is being written
    bool deviceIsMemory = true; ///< on the CPU both are of the same memory
    std::int64_t memoryBytes() const { return hostBytes + (deviceIsMemory ? deviceBytes : 0); }
};
MachineNeeds needsOf(const RunConfig& config);

/// What is free. Nothing: it cannot be known, and nothing is refused for it.
struct MachineRoom {
    std::optional<std::int64_t> memoryBytes{};
    std::optional<std::int64_t> statesBytes{}; ///< where states on Disk go
    std::optional<std::int64_t> checkpointBytes{}; ///< where checkpoints go
    bool isOneDisk = true; ///< both are of the same
};
/// For a run in this folder, which need not be there; what it holds already counts as free, since a resume
/// writes it again.
MachineRoom roomFor(const RunConfig& config, const std::filesystem::path& folder);

/// For a few steps that are measured: nothing is kept, and states on Disk go to memory.scratch or where
/// temporary files do.
MachineRoom roomForSteps(const RunConfig& config);

/// The first thing that is larger than what is free, as a sentence; empty where all fits.
std::string whyTooLarge(const MachineNeeds& needs, const MachineRoom& room);
/// Refuses that, unless memory.allow_overcommit says to try all the same.
Status checkRoom(const RunConfig& config, const MachineRoom& room);

} // namespace mantissa
