// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keeps on disk where a run is, and finds it again: checkpoints, and for a run whose states rest on disk the
// record (states.json) that makes those states its checkpoint. Trainer thread.

#include "core/base/seconds.h"
#include "core/training/run_in_hand.h"
#include "core/training/saved_part.h"

#include <filesystem>
#include <optional>

namespace mantissa {

class CheckpointKeeper {
public:
    /// Both outlive it.
    CheckpointKeeper(RunInHand& run, SavedParts& parts)
        : m_run(run)
        , m_parts(parts)
    {
    }

    /// Gives all parts what the newest checkpoint or record has of them; the engine's part is loadEngine().
    Status restore();
    /// After restore(), once there is an engine.
    Status loadEngine();

    /// Writes a checkpoint of this step and tells it.
    Status save();
    /// In mid-run: one that fails is told, and training goes on.
    Status saveIfPossible();
    /// The same for one that was tried already.
    Status tellFailure(const Status& saved);
    /// Since one was tried last in this process, or since it began.
    double secondsSinceSave() const { return secondsSince(m_triedAt); }
    bool isSaved() const { return m_lastSavedStep == m_run.step(); }
    /// Fails when the checkpoint of this step is no longer there.
    Status checkSaved() const;
    /// After a roll-back: checkpoints of later steps are removed, and this step counts as not saved.
    void forgetLater();

    /// Where states on Disk go.
    std::filesystem::path statesFile() const;
    /// The states on disk are the checkpoint.
    bool isRecorded() const { return m_isRecorded; }
    /// After restore(): there was nothing to go on from, so the run begins again.
    bool isAtStart() const { return !m_isRecorded && !m_loadFrom; }
    /// They may be between two updates: nothing is read of them before a step has ended.
    bool mustStep() const { return m_mustStep; }
    void stepEnded() { m_mustStep = false; }
    /// Says that the states on disk are the run's checkpoint, as of the step that is about to begin.
    Status record();
    /// Fails when somebody removed the states that are this run's checkpoint; then another one is written as
    /// the run ends.
    Status checkRecorded();
    /// From here on the states on disk are not the checkpoint.
    void forgetRecorded();

    /// Weights that were being put back and are perhaps of two states: they are not saved.
    bool isInDoubt() const { return m_isInDoubt; }
    void setInDoubt(bool isInDoubt) { m_isInDoubt = isInDoubt; }

private:
    RunInHand& m_run;
    SavedParts& m_parts;
    std::optional<std::filesystem::path> m_loadFrom{}; ///< the checkpoint that restore() chose
    std::int64_t m_lastSavedStep = -1;
    SteadyTime m_triedAt = steadyNow();
    bool m_isRecorded = false;
    bool m_mustStep = false;
    bool m_isInDoubt = false;
};

/// Of a checkpoint's folder: everything but the engine's part.
Result<Json> readTrainerState(const std::filesystem::path& checkpoint);

/// Where a run stands on disk.
struct NewestState {
    Json state{}; ///< of all parts
    bool isRecorded = false; ///< states.json says so, not a checkpoint
};
/// The record, or the newest checkpoint where there is none or it is newer; nothing where there is neither.
Result<std::optional<NewestState>> readNewestState(const std::filesystem::path& runFolder);

} // namespace mantissa
