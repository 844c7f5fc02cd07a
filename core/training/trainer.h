// SPDX-License-Identifier: Apache-2.0
#pragma once

// Trains one run from start (or checkpoint) to end, on the calling thread: a loop over parts that own their
// state. Asks the phase controller, drives the engine, writes the log, tells the channel. Knows nothing of
// LibTorch or Qt.

#include "core/record/event_channel.h"
#include "core/record/run_store.h"
#include "core/training/budget_ladder.h"
#include "core/training/card_watch.h"
#include "core/training/checkpoint_keeper.h"
#include "core/training/control_door.h"
#include "core/training/engine.h"
#include "core/training/evaluations.h"
#include "core/training/jump_trials.h"
#include "core/training/live_edits.h"
#include "core/training/mailbox.h"
#include "core/training/plans_in_force.h"
#include "core/training/predict_block.h"
#include "core/training/recovery.h"
#include "core/training/run_in_hand.h"
#include "core/training/samples.h"
#include "core/training/saved_part.h"
#include "core/training/segments.h"
#include "core/training/updates.h"

#include <filesystem>
#include <memory>
#include <string>

namespace mantissa {

/// Where a run lives and what it goes on from.
struct TrainerSetup {
    RunConfig config{};
    std::filesystem::path folder{}; ///< exists, with config.json
    bool resume = false; ///< go on from the newest whole checkpoint, or from step 0 without one
    bool isChanged = false; ///< the config is not what was in force there: it takes effect and is written
    std::vector<std::string> notices{}; ///< to be told when it starts
    CardSource cards{}; ///< where readings of the card come from
    Spans* spans = nullptr; ///< to be told where time goes; outlives the trainer
};

class Trainer {
public:
    /// `channel` and `mailbox` outlive the trainer.
    Trainer(TrainerSetup setup, EngineFactory makeEngine, EventChannel& channel, Mailbox& mailbox);
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    /// Runs to the end. Errors before the first event (folder locked, engine cannot start) are in the Result;
    /// everything later is a RunEnded, also in the log, with summary.json written.
    Result<RunEnded> train();

private:
    Status prepare();
    RunEnded runLoop();
    /// Returns once the run may go on, or is to stop.
    Status standWhilePaused();
    Status tick();
    Status takeCommands();
    Status enterSegment(const PhaseDecision& decision);
    Status doProbe();
    Status doStep();
    /// After a step with gradients that are not finite.
    Status judgeSkip();
    /// Says why in m_earlyStop.
    Status stopEarlyIfDue();
    /// What the interval asks for after an update.
    Status evaluateAndSaveIfDue();
    /// Takes a jump on trial back, else goes back to the last good state.
    Status rollBack(const DivergenceFinding& finding, const std::string& what);
    RunEnded endedBy(const Error& error);

    bool m_resume;
    bool m_isChanged;
    EngineFactory m_makeEngine;
    Mailbox& m_mailbox;
    RunLock m_lock{};
    std::unique_ptr<ControlDoor> m_door{}; // open while the lock is held; null where nobody can get in
    std::string m_earlyStop{}; ///< why the run ends before its last step; empty: it does not
    // in this order: each part knows some of those above it
    RunInHand m_run;
    PlansInForce m_plans;
    SavedParts m_saved{};
    CheckpointKeeper m_checkpoints;
    Segments m_segments;
    BudgetLadder m_ladder;
    Evaluations m_evaluations;
    Samples m_samples;
    Recovery m_recovery;
    PredictBlock m_predict;
    JumpTrials m_jumps;
    Updates m_updates;
    LiveEdits m_edits;
    CardWatch m_card;
};

} // namespace mantissa
