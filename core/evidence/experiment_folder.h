// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder an experiment lives in: one run folder for each arm and seed. What is there is reused, so an experiment that was
// cut off, or is given more arms or seeds, goes on.

#include "core/evidence/experiment_plan.h"
#include "core/record/run.h"
#include "core/training/trainer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// What an experiment's folder says of itself in experiment.json.
struct StoredExperiment {
    ExperimentPlan plan{};
    std::string command{}; ///< that repeats it
};
Result<StoredExperiment> readExperiment(const std::filesystem::path& folder);

/// The runs that are there, in the order of runsOf(plan). Refuses a folder in which one was made from another config: its
/// numbers would be another experiment's.
Result<std::vector<std::optional<Run>>> openExperimentRuns(const ExperimentPlan& plan, const std::filesystem::path& folder);

/// The run's folder, made, or as it was left and to be resumed.
Result<TrainerSetup> setUpRun(const PlannedRun& planned, const std::filesystem::path& folder);

} // namespace mantissa
