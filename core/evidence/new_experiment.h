// SPDX-License-Identifier: Apache-2.0
#pragma once

// How an experiment comes to be, from the window as from the command line: its arms, its folder, and the
// command that repeats it.

#include "core/evidence/experiment_folder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// As `mantissa-cli experiment` is given it.
struct ExperimentRequest {
    std::string configFile{};
    std::vector<std::string> arms{}; ///< presets by name, or .json files with config keys
    std::vector<std::string> settings{}; ///< key=value over the config
    std::int64_t seeds = 5;
    std::string out{}; ///< folder; empty: what the command line takes by itself
};

/// The command line that makes the same experiment, or goes on with it.
std::string repeatCommand(const ExperimentRequest& request);

/// Whether an arm of this name would be the baseline, which is always there.
bool isBaselineArm(const std::string& arm, const RunConfig& base);
/// The request's arms without the baseline, laid over `base`, which the config and the settings made.
Result<ExperimentPlan> planOf(const ExperimentRequest& request, const RunConfig& base);

struct NewExperiment {
    std::filesystem::path folder{};
    StoredExperiment stored{};
};
/// The name of the arm that has `base`'s own choices.
constexpr const char* ownPlanArm = "plan";
/// Plans one with arms by these names, presets or ownPlanArm, in a new folder of `runsFolder`, with the
/// config and the file of that arm in it, so that the command line can repeat it. No run is made yet.
Result<NewExperiment> makeExperiment(const RunConfig& base, const std::vector<std::string>& arms,
    std::int64_t seeds, const std::filesystem::path& runsFolder);

} // namespace mantissa
