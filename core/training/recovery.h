// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers a run that leaves its course: tells a Caution, forces Full after a Warning, and goes back to the
// last good state when numbers are lost. Owns the monitor and knows what is there to go back to. Trainer
// thread.

#include "core/training/checkpoint_keeper.h"
#include "core/training/divergence.h"
#include "core/training/plans_in_force.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

#include <string>

namespace mantissa {

class Recovery final : public SavedPart {
public:
    /// All outlive it.
    Recovery(RunInHand& run, PlansInForce& plans, Segments& segments, CheckpointKeeper& checkpoints,
        SavedParts& parts);

    /// Decides whether copies are kept in memory; once there is an engine.
    Status begin();
    bool keepsSnapshots() const { return m_keepsSnapshots; }
    /// Before a tick: a copy when one is due and the run is calm.
    Status keepSnapshotIfDue();
    /// Takes the place of the copy there was; after an error there is none.
    Status keepSnapshot();

    /// After an update; what it finds is to be answered.
    DivergenceFinding stepDone(double loss, double gradNorm) { return m_monitor.stepDone(loss, gradNorm); }
    /// Of a finding below Critical.
    Status answer(const DivergenceFinding& finding, const std::string& what);
    /// Back to the last good state and on in FP32; the third time for the same trouble it is an error
    /// instead.
    Status rollBack(const DivergenceFinding& finding, const std::string& what);
    /// Puts the last good state back: the snapshot in memory, else the newest checkpoint; false where there
    /// is neither. After an error the weights are in doubt.
    Result<bool> goBack();
    /// Before a tick: ends FP32 after a roll-back once recovery_steps are done.
    void lowerIfRecovered();

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;
    void saveState(Json& state) const override;
    Status takeState(const Json& state) override;

private:
    /// Leaves a file about what cannot be mended and returns the error that ends the run.
    Status giveUp(const DivergenceFinding& finding, const std::string& what, const std::string& why);

    RunInHand& m_run;
    PlansInForce& m_plans;
    Segments& m_segments;
    CheckpointKeeper& m_checkpoints;
    SavedParts& m_parts;
    DivergenceMonitor m_monitor;
    bool m_keepsSnapshots = false;
    std::string m_snapshot{}; ///< the position when the copy was made, as JSON text; empty without one
    std::int64_t m_snapshotStep = -1;
    std::int64_t m_troubleStep = -1; ///< the last step that went wrong
    std::int64_t m_rollbacksThere = 0; ///< without getting past it
};

/// Numbers that are not finite.
DivergenceFinding notFinite();

} // namespace mantissa
