// SPDX-License-Identifier: Apache-2.0
#pragma once

// Commands on their way into a running trainer, which looks once a tick.

#include "core/base/result.h"
#include "core/precision/table_edit.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <vector>

namespace mantissa {

/// How a run is asked to end. Now: without the last evaluation (a checkpoint is still written).
enum class StopRequest { None, Stop, Interrupt };
/// What a trainer does about what it was asked. Pausing: the step in hand ends first. Stopping: the last
/// evaluation, then a checkpoint; Interrupting: the checkpoint alone.
enum class TrainerState { Training, Pausing, Paused, Stopping, Interrupting };
std::string_view nameOf(TrainerState state);
Result<TrainerState> parseTrainerState(std::string_view name);

class Mailbox {
public:
    /// Any thread. `Interrupt` is a signal or a closing window: the run ends as interrupted and can be
    /// resumed.
    void requestStop(StopRequest request);
    /// Letting go ends a hold too: what the user says stands above a limit.
    void setPaused(bool paused);
    /// What differs from the table that the editor saw takes effect at the next tick, and shows as
    /// TableChanged and SegmentStarted. A table that waits gives way to a later one from the same.
    void setTable(const PrecisionTable& table, const PrecisionTable& from);
    void requestSnapshot();
    /// The next step looks at every element of its numbers, and a NumbersMeasured says what it found.
    void requestNumbers();
    TrainerState state() const;

    /// Trainer thread.
    StopRequest stopRequested() const;
    /// Whether long work is to be left. A run that has begun and is asked to Stop still has its last
    /// evaluation.
    bool isInterrupted(bool hasBegun) const;
    std::vector<TableEdit> takeEdits();
    bool takeSnapshotRequest();
    bool takeNumbersRequest();
    /// A pause of the trainer's own, beside the user's.
    void setHeld(bool held);
    bool isHeld() const;
    /// Returns once not paused nor held, a stop is asked for, or `most` has passed; true when it had to wait.
    bool waitWhilePaused(std::chrono::milliseconds most = std::chrono::hours(24));

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    StopRequest m_stop = StopRequest::None; // guarded by m_mutex
    bool m_paused = false; // guarded by m_mutex
    bool m_held = false; // guarded by m_mutex
    bool m_stands = false; // the trainer waits; guarded by m_mutex
    bool m_snapshot = false; // guarded by m_mutex
    bool m_numbers = false; // guarded by m_mutex
    std::vector<TableEdit> m_edits{}; // guarded by m_mutex
};

} // namespace mantissa
