// SPDX-License-Identifier: Apache-2.0
#pragma once

// events.jsonl: appended by the writer before anybody else hears of an event, read by everybody.

#include "core/record/run_event.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mantissa {

/// Appends events. One write(2) for each line; on disk (fdatasync) at least once a second and at marks.
/// Trainer thread.
class RunLog {
public:
    RunLog() = default;
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;

    /// Opens or creates; a torn last line of an earlier writer is cut off first.
    Status open(const std::filesystem::path& file);
    Status append(const RunEvent& event);
    Status flush();

private:
    int m_descriptor = -1;
    std::chrono::steady_clock::time_point m_lastSync{};
};

/// Follows a log that may still grow, on any file system: reads what is new and remembers where it was.
class RunLogReader {
public:
    explicit RunLogReader(std::filesystem::path file);

    /// Whole lines since the last call. Unreadable lines are skipped and counted; a torn last line waits.
    Result<std::vector<RunEvent>> readNew();
    /// The same, each event handed over before the next is read, so that a long log is never held; `take`
    /// says whether to go on. Not beyond byte `end` of the file.
    Status readNew(const std::function<bool(RunEvent)>& take, std::int64_t end = INT64_MAX);
    std::int64_t skippedLines() const { return m_skipped; }
    /// True when the file ends without a newline: a writer died or is writing.
    bool hasTornEnd() const { return m_tornEnd; }

private:
    std::filesystem::path m_file;
    std::int64_t m_offset = 0;
    std::int64_t m_skipped = 0;
    bool m_tornEnd = false;
};

/// The events at the end of a log, however long it is: those of its last `bytes`, from the first whole line
/// on. Empty without a file.
std::vector<RunEvent> readLastEvents(const std::filesystem::path& file, std::int64_t bytes);

} // namespace mantissa
