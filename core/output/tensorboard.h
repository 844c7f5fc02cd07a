// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run as TensorBoard reads it: scalars by updates done under the names that people's tools use, and its
// settings.

#include "core/files/event_file.h"
#include "core/output/run_clock.h"
#include "core/record/run_config.h"

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

/// Writes the event file of a run into a folder, which is made; the same run's earlier one is replaced. The
/// file.
Result<std::filesystem::path> exportTensorboard(
    const std::filesystem::path& runFolder, const std::filesystem::path& folder);

} // namespace mantissa
