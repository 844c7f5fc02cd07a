// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folders runs live in: made, locked, listed, opened. core/base/file writes the files. A folder may be
// said in any way; what comes back has its one name (placeOf).

#include "core/record/run.h"
#include "core/record/run_lock.h"
#include "core/record/run_log.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mantissa {

enum class RunState { Running, Completed, Stopped, Interrupted, OutOfMemory, Diverged, Failed };
std::string_view nameOf(RunState state);

/// What a list of runs shows of one, without reading its events: of one that trains, the last of them.
struct RunListing {
    std::filesystem::path folder{};
    std::string name{};
    RunState state = RunState::Interrupted;
    double createdUnixSeconds = 0;
    std::int64_t steps = 0;
    std::int64_t maxSteps = 0;
    std::int64_t peakDeviceBytes = 0; ///< 0: not known yet
    double evalLoss = 0; ///< NaN: not known
    double tokensPerSecond = 0;
    std::int64_t parameters = 0;
    std::optional<bool>
        isBaseline{}; ///< whyNoBaseline() has nothing against it; unset: its summary does not say
    std::string preset{};
    DataRead data{}; ///< what it learned from, or has to
    RunConfig config{};
};

/// Makes runs/<time>-<name>/ with run.json, config.json and environment.json in it.
Result<std::filesystem::path> createRunFolder(
    const std::filesystem::path& runsFolder, const RunConfig& config);
/// A given folder as the run's own; refused when it holds a run already.
Result<std::filesystem::path> createRunFolderAt(const std::filesystem::path& folder, const RunConfig& config);

/// A folder name from what people call a run or an experiment: letters, digits, dot, dash and underscore.
std::string folderNameOf(const std::string& name);
/// What tells a run from every other one, whatever their folders are called: 32 hexadecimal digits, chosen by
/// chance when it was made. Of a run from before there were any, made from what its run.json says.
std::string runIdentity(const std::filesystem::path& folder);

/// Reads config and events of a run folder. Damage is skipped and told by Notices in the Run.
Result<Run> openRun(const std::filesystem::path& folder);
/// A run and the reader that has read it, to follow its log with.
struct ReadRun {
    Run run{};
    RunLogReader reader{std::filesystem::path()};
};
/// The same for a log that may be long: an error once `stop` is asked for. Not beyond byte `end` of the log,
/// where somebody writes on and tells what comes.
Result<ReadRun> readRun(
    const std::filesystem::path& folder, const std::stop_token& stop = {}, std::int64_t end = INT64_MAX);
/// Bytes of its log; 0 without one.
std::int64_t logBytes(const std::filesystem::path& folder);
enum class RunWriter { Nobody, ThisMachine, AnotherMachine };
/// Who writes the run now. Another machine's lock may not be seen from here: then it is a log that grew
/// within the last minute and does not end.
RunWriter writerOf(const std::filesystem::path& folder);
/// Its config alone.
Result<RunConfig> readRunConfig(const std::filesystem::path& folder);
RunListing listRun(const std::filesystem::path& folder);
/// Newest first. Folders that are not runs are left out.
std::vector<RunListing> listRuns(const std::filesystem::path& runsFolder);
/// What run.json says that the run learns from; not known of an older one.
DataRead readData(const std::filesystem::path& folder);
/// Says so there. A folder without a run.json that can be read is left alone.
Status writeData(const std::filesystem::path& folder, const DataRead& data);
/// The completed baseline in the same folder of runs, if any: comparable config, the same data, ran in FP32
/// alone (plans_that_ran.h), newest first.
std::optional<std::filesystem::path> findBaseline(const std::filesystem::path& runsFolder, const Run& run);
/// The same in two steps: those that may be it, newest first, and the first of them that is one,
/// for which an older run's log has to be read.
std::vector<RunListing> baselineCandidates(const std::filesystem::path& runsFolder, const Run& run);
std::optional<std::filesystem::path> firstBaseline(
    const std::vector<RunListing>& candidates, const std::stop_token& stop = {});
/// Checkpoints that are whole (have DONE), of the first steps first.
std::vector<std::filesystem::path> wholeCheckpoints(const std::filesystem::path& runFolder);
/// The newest of them, or nothing.
std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& runFolder);
/// False where later checkpoints were removed: what the run ended with is gone. A folder that never had any,
/// as one that was sent to somebody, does not say so.
bool hasLastCheckpoint(const std::filesystem::path& runFolder, std::int64_t step);
std::string checkpointName(std::int64_t step);
/// By their steps, whatever the number of digits.
bool isEarlierCheckpoint(const std::filesystem::path& a, const std::filesystem::path& b);

/// Where runs go when nothing is said: $MANTISSA_RUNS, else ./runs.
std::filesystem::path defaultRunsFolder();

} // namespace mantissa
