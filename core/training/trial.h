// SPDX-License-Identifier: Apache-2.0
#pragma once

// The peak a run will need, from two small real steps of each phase on the real device: extrapolated class by
// class at each instant that can be the peak, and never fitted to what is measured later.

#include "core/memory/estimate.h"
#include "core/training/engine.h"

#include <filesystem>
#include <optional>

namespace mantissa {

/// The same shape as an Estimate, and never mixed with one.
using Trial = Estimate;

/// With memory.trial: what the run will tell of it. `statesFile`: where states on Disk go, beside which those
/// of the trial go and are removed.
Result<std::optional<TrialMeasured>> trialOf(
    const RunConfig& config, const EngineFactory& makeEngine, const std::filesystem::path& statesFile);
/// `statesFile`: where states on Disk go meanwhile. Errors: the engine's.
Result<Trial> runTrial(
    const RunConfig& config, const EngineFactory& makeEngine, const std::filesystem::path& statesFile);

} // namespace mantissa
