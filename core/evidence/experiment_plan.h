// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an experiment is asked to do: arms × seeds of one config, each pair with the same data order and
// start.

#include "core/record/run_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mantissa {

struct ExperimentArm {
    std::string name{};
    RunConfig config{};
};

struct ExperimentPlan {
    std::string name{};
    std::vector<ExperimentArm> arms{}; ///< the first is the FP32 baseline
    std::vector<std::int64_t> seeds{};
};

/// One run of a plan.
struct PlannedRun {
    std::size_t arm = 0; ///< index into the plan's
    std::int64_t seed = 0;
    RunConfig config{};
    std::string folder{}; ///< name inside the experiment's folder
};

constexpr const char* baselineArmName = "fp32";

/// A shipped preset laid over `base`.
Result<ExperimentArm> armFromPreset(const std::string& preset, const RunConfig& base);
/// Config keys laid over `base`; a preset named among them comes first, whatever choices `base` spells out.
Result<ExperimentArm> armFromJson(const std::string& name, const Json& keys, const RunConfig& base);

/// Adds the baseline arm and counts seeds up from the config's. Refuses fewer than two seeds, arms of one
/// name, and arms that differ from `base` in more than precision and memory.
Result<ExperimentPlan> planExperiment(
    const RunConfig& base, std::vector<ExperimentArm> arms, std::int64_t seeds);

/// Seed by seed, the baseline first: whenever it stops, whole pairs are there.
std::vector<PlannedRun> runsOf(const ExperimentPlan& plan);

/// One key that two configs give different values, as text.
struct KeyDifference {
    std::string key{}; ///< dotted, "precision.default"
    std::string ofA{};
    std::string ofB{};
};
std::vector<KeyDifference> differencesOf(const RunConfig& a, const RunConfig& b);

} // namespace mantissa
