// SPDX-License-Identifier: Apache-2.0
#pragma once

// The file of states on Disk that a run's config asks for, and the plan under which an engine begins.

#include "core/torch/memory/disk_storage.h"
#include "core/torch/models/model.h"
#include "core/training/engine.h"

#include <memory>
#include <span>
#include <vector>

namespace mantissa {

/// The plan of the first phase that a run of this config enters.
ResolvedPlan firstPlan(const RunConfig& config);
/// The plan under which the engine begins: an earlier process's states are where they rest wholly on Disk.
ResolvedPlan startingPlan(const EngineSetup& setup);
bool usesDisk(const ResolvedPlan& plan);
/// Opens the file for states on Disk when some phase puts any there; null when none does.
Result<std::unique_ptr<DiskStorage>> openStates(const EngineSetup& setup);
Result<std::unique_ptr<DiskStorage>> openStatesFile(const EngineSetup& setup);
} // namespace mantissa
