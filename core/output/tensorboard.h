// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run as TensorBoard reads it: scalars by updates done under the names that people's tools use, and its
// settings.

#include "core/files/event_file.h"
#include "core/output/run_clock.h"
#include "core/record/run_config.h"
#include "core/record/run_log.h"

#include <filesystem>
#include <optional>
#include <string>

namespace mantissa {

/// Turns events into the bytes of an event file, as they come: of a log, or of a run that is going on.
class RunEventFile {
public:
    RunEventFile(const RunConfig& config, double unixSeconds);

    void add(const RunEvent& event);
    /// What was made since the last call.
    std::string take() { return m_file.take(); }
    std::size_t pendingBytes() const { return m_file.pendingBytes(); }

private:
    void restartAfter(std::int64_t step);
    void addScalars(
        std::int64_t step, double unixSeconds, const std::vector<std::pair<std::string, double>>& values);

    EventFile m_file;
    RunClock m_clock{};
    std::int64_t m_lastStep = 0; ///< updates done, of what was written
    std::int64_t m_skipped = 0;
    Phase m_phase = Phase::Warmup;
};

/// The event file of a run in a folder, which grows with the run's log: whoever trains it, and wherever.
class TensorboardFolder {
public:
    /// Makes the folder, and the file anew: the same run's earlier one is replaced.
    static Result<TensorboardFolder> open(
        const std::filesystem::path& runFolder, const std::filesystem::path& folder);

    /// Appends what the log has gained; a log that is not there yet has gained nothing.
    Status update();
    const std::filesystem::path& file() const { return m_target; }
    /// By the last event that was read.
    bool hasEnded() const { return m_hasEnded; }

private:
    TensorboardFolder(const RunConfig& config, double unixSeconds, const std::filesystem::path& log);
    Status append();

    RunEventFile m_events;
    std::filesystem::path m_log{};
    RunLogReader m_reader;
    std::filesystem::path m_target{};
    bool m_hasEnded = false;
};

} // namespace mantissa
