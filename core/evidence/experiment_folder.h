// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder an experiment lives in: one run folder for each arm and seed. What is there is reused, so an
// experiment that was cut off, or is given more arms or seeds, goes on.

#include "core/evidence/experiment.h"
#include "core/evidence/experiment_plan.h"
#include "core/record/run.h"
#include "core/training/trainer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mantissa {

/// What an experiment's folder says of itself in experiment.json.
struct StoredExperiment {
    ExperimentPlan plan{};
    std::string command{}; ///< that repeats it
};
Result<StoredExperiment> readExperiment(const std::filesystem::path& folder);

/// Folders of experiments in a folder of runs, by name: their runs are in them.
std::vector<std::filesystem::path> experimentsIn(const std::filesystem::path& runsFolder);
/// Whether a folder holds an experiment, and so no run of its own.
bool isExperiment(const std::filesystem::path& folder);
/// Says so, where what is to be read is a run's.
Status checkNoExperiment(const std::filesystem::path& folder);
/// What a list shows of an experiment, without reading its runs' logs.
struct ExperimentListing {
    std::filesystem::path folder{};
    std::string name{}; ///< of the folder
    std::size_t endedRuns = 0;
    std::size_t plannedRuns = 0; ///< 0: its file cannot be read
    bool isArchived = false;
};
std::vector<ExperimentListing> listExperiments(const std::filesystem::path& runsFolder);
/// Folders of the runs that lie in one, newest name first; nothing else of them is read.
std::vector<std::filesystem::path> runFoldersIn(const std::filesystem::path& folder);

/// The runs of a plan that are there, in the order of runsOf(plan), for somebody who looks at them again and
/// again.
class ExperimentRuns {
public:
    /// Reads what changed since: a run that had ended, and whose log is as long and as old as then, is kept.
    /// Refuses a folder in which one was made from another config: its numbers would be another experiment's;
    /// nothing is kept then.
    Status refresh(
        const ExperimentPlan& plan, const std::filesystem::path& folder, const std::stop_token& stop = {});
    const std::vector<std::optional<Run>>& runs() const& { return m_runs; }
    std::vector<std::optional<Run>> runs() && { return std::move(m_runs); }
    /// How many logs the last refresh() read.
    int timesRead() const { return m_timesRead; }

private:
    struct Seen {
        std::filesystem::path folder{};
        std::uintmax_t bytes = 0;
        std::filesystem::file_time_type written{};
        friend bool operator==(const Seen&, const Seen&) = default;
    };
    static Seen look(const std::filesystem::path& runFolder);
    Status readRuns(
        const ExperimentPlan& plan, const std::filesystem::path& folder, const std::stop_token& stop);

    std::vector<std::optional<Run>> m_runs{};
    std::vector<Seen> m_seen{}; ///< of each run when it was read
    int m_timesRead = 0;
};

/// The same, once.
Result<std::vector<std::optional<Run>>> openExperimentRuns(
    const ExperimentPlan& plan, const std::filesystem::path& folder);

/// What they show.
Result<ExperimentResult> openExperimentResult(
    const ExperimentPlan& plan, const std::filesystem::path& folder);

/// The run's folder, made, or as it was left and to be resumed.
Result<TrainerSetup> setUpRun(const PlannedRun& planned, const std::filesystem::path& folder);

} // namespace mantissa
