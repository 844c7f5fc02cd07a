// SPDX-License-Identifier: Apache-2.0
#pragma once

// Trains one run from start (or checkpoint) to end, on the calling thread: asks the phase controller, drives
// the engine, writes the log, tells the channel. Knows nothing of LibTorch or Qt.

#include "core/base/json.h"
#include "core/record/event_channel.h"
#include "core/record/run.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "core/training/divergence.h"
#include "core/training/jump_trial.h"
#include "core/training/loss_scale.h"
#include "core/training/mailbox.h"
#include "core/training/parking.h"
#include "core/training/phase_controller.h"
#include "core/training/readout_race.h"
#include "core/training/step_backend.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// Where a run lives and what it goes on from.
struct TrainerSetup {
    RunConfig config{};
    std::filesystem::path folder{}; ///< exists, with config.json
    bool resume = false; ///< go on from the newest whole checkpoint, or from step 0 without one
};

class Trainer {
public:
    /// `channel` and `mailbox` outlive the trainer.
    Trainer(TrainerSetup setup, BackendFactory makeBackend, EventChannel& channel, Mailbox& mailbox);

    /// Runs to the end. Errors before the first event (folder locked, engine cannot start) are in the Result;
    /// everything later is a RunEnded, also in the log, with summary.json written.
    Result<RunEnded> train();

private:
    struct Position {
        std::int64_t tick = 0;
        std::int64_t step = 0;
    };

    Status prepare();
    /// With memory.trial: what two small steps of each phase need, before the run has an engine.
    Status measureTrial(const RunConfig& config);
    std::filesystem::path statesFile() const;
    /// Reads where the run is; the engine's part is load().
    Status restore();
    /// Climbs exact rungs until the Estimate fits the budget; in trainer_fit.cpp like the next two.
    Status fitToBudget();
    /// After an engine ran out of memory: tries once more, then takes the next exact rung and says so; false
    /// when none is left.
    Result<bool> climb(const Error& error);
    /// Asks the engine until it answers or the ladder ends.
    template <class Ask> auto askWithinBudget(Ask ask) -> decltype(ask())
    {
        while (true) {
            auto answer = ask();
            if (answer || answer.error().code != ExitCode::OutOfMemory) {
                m_hasTriedAgain = false;
                return answer;
            }
            const auto climbed = climb(answer.error());
            if (!climbed)
                return fail(climbed.error());
            if (!*climbed)
                return answer;
        }
    }
    RunEnded runLoop();
    Status tick();
    Status takeCommands();
    Status enterSegment(const PhaseDecision& decision);
    /// Has the engine cast and move for the plan in force, and tells what it did.
    Status enterPlan(Phase phase, const std::string& reason);
    /// On the way into Predict: whether the moves that its plan asks for are left out, since they do not pay.
    Status judgeParking();
    /// What a phase uses now: the table's plan, or FP32 for a while after a roll-back.
    ResolvedPlan planOf(Phase phase) const;
    Status doStep();
    NumberLook lookOf(std::int64_t step) const;
    /// After a step with gradients that are not finite.
    Status judgeSkip(bool scales);
    /// Decides whether snapshots are kept in memory; in trainer_divergence.cpp like the next five.
    Status prepareSnapshots();
    Status keepSnapshotIfDue();
    Status answer(const DivergenceFinding& finding, const std::string& what);
    /// Back to the last good state and on in FP32; the third time for the same trouble it is an error
    /// instead.
    Status rollBack(const DivergenceFinding& finding, const std::string& what);
    /// Leaves a file about what cannot be mended and returns the error that ends the run.
    Status giveUp(const DivergenceFinding& finding, const std::string& what, const std::string& why);
    /// Puts the last good state back: the snapshot in memory, else the newest checkpoint; false where there
    /// is neither.
    Result<bool> goBack();
    /// Fills in what a step adds to the read-out; returns the window it belongs to. In trainer_predict.cpp
    /// like the next seven.
    std::int64_t collect(StepOrder& order) const;
    void beginRace();
    Status doProbe();
    /// After the last probe of a block: what the read-out is worth, and how sure that is.
    Status judgePredict();
    /// The evaluation loss of a read-out beside that of the weights.
    Status estimateAnnealed(double lead);
    /// After a Predict block that has found one worth it.
    Status estimateIfDue();
    /// At the end of the run, for the last window.
    Status estimateAtTheEnd();
    /// Whether another estimate keeps what Predict takes within phases.readout_budget.
    bool isEstimateAffordable() const;
    /// Steps that a read-out averages over.
    std::int64_t windowLength() const;
    /// After a Predict block: parks a copy and sends training into Correct when a jump is allowed; in
    /// trainer_jump.cpp like the next.
    Status considerJump();
    /// Empty when a jump is allowed; fills in how often it can be judged.
    std::string whyNoJump(const LossSlope& slope, int& checks) const;
    LossSlope courseBefore() const;
    std::int64_t correctStepsOfJump() const;
    /// Of the run's time: what jumps may still cost.
    double jumpBudgetSeconds() const;
    /// In Correct's plan: what the weights before it make of coming batches, then the jump.
    Status makeJump();
    /// After update `step`.
    Status judgeJump(std::int64_t step, double loss, double seconds);
    Status acceptJump(const std::string& finding, const JumpTrial::Lead& lead);
    Status rejectJump(const std::string& finding, const JumpTrial::Lead& lead);
    Json jumpsState() const;
    void takeJumps(const Json& state);
    Status evaluate();
    /// Where training is, beside the engine's part, as a roll-back wants it: without ticks and choices; and
    /// the reverse.
    Json position() const;
    Status takePosition(const Json& state);
    Status saveCheckpoint();
    /// A checkpoint in mid-run that fails is told, not fatal.
    Status saveIfPossible();
    /// Where the run is, for a later process.
    Json state() const;
    Status restoreFrom(const Json& state);
    /// Says that the states on disk are the run's checkpoint, as of the step that is about to begin.
    Status recordStates();
    /// Fails when somebody removed the states that are this run's checkpoint; then another one is written as
    /// the run ends.
    Status checkStates();
    /// They are no longer.
    void forgetStates();
    Status emit(RunEvent event);
    Status notice(Severity severity, std::string text);
    RunEnded end(Outcome outcome, const std::string& message);
    RunEnded endedBy(const Error& error);

    TrainerSetup m_setup;
    BackendFactory m_makeBackend;
    EventChannel& m_channel;
    Mailbox& m_mailbox;
    RunLock m_lock{};
    RunLog m_log{};
    Run m_run{};
    std::unique_ptr<StepBackend> m_backend{};
    PhaseController m_phases;
    DivergenceMonitor m_monitor;
    LossScale m_lossScale{};
    PresetChoices m_choices{}; ///< the config's, as edits of the table and the ladder of fit have left them
    Position m_at{};
    Parking m_parking{};
    std::optional<ResolvedPlan> m_unparked{}; ///< what Predict uses while its moves do not pay
    std::optional<Phase> m_segmentPhase{};
    ResolvedPlan m_segmentPlan{};
    std::string m_segmentReason{};
    std::optional<std::filesystem::path> m_loadFrom{}; ///< the checkpoint that restore() chose
    /// A phase that was raised to FP32 after a roll-back.
    struct Raised {
        Phase phase = Phase::Full;
        std::int64_t untilStep = 0;
    };
    std::optional<Raised> m_raised{};
    bool m_keepsSnapshots = false;
    std::string
        m_snapshot{}; ///< position() when the snapshot in memory was taken, as text; empty without one
    std::int64_t m_snapshotStep = -1;
    std::int64_t m_troubleStep = -1; ///< the last step that went wrong
    std::int64_t m_rollbacksThere = 0; ///< without getting past it
    /// A jump between its proposal and its verdict. It is in no checkpoint: those wait.
    struct JumpInHand {
        JumpTrial course;
        bool isMade = false;
        bool missesSave = false;
        double seconds = 0;
    };
    std::optional<JumpInHand> m_trial{};
    /// What earlier jumps have taught; a roll-back does not take it back.
    struct Jumps {
        double lead = 1;
        std::int64_t successes = 0; ///< in a row, like failures
        std::int64_t failures = 0;
        std::int64_t lastStep = -1;
        std::int64_t lastTick = 0; ///< the course is measured after it
        double spentSeconds = 0;
        std::string lastReason{}; ///< against a jump, so that it is not told again and again
    };
    Jumps m_jumps{};
    bool m_isJumpDue = false;
    bool m_wantsNumbers = false; ///< all of them, at the next step
    bool m_hasTriedAgain = false; ///< an out-of-memory was answered by asking again
    std::optional<TrialMeasured>
        m_trialBefore{}; ///< of memory.trial; to be told once the run has started, like the notices
    std::optional<ReadoutRace> m_race{}; ///< of the Predict block in hand
    std::int64_t m_window = -1; ///< that the last step belonged to; -1: none
    double m_probeSeconds = 0; ///< of the Predict block in hand
    bool m_isEstimateDue = false;
    double m_lastLead = 0; ///< of the last read-out that was found to be better
    std::vector<std::string> m_notices{}; ///< to be told once the run has started
    std::int64_t m_lastEvaluatedStep = -1;
    std::int64_t m_lastSavedStep = -1;
    double m_startSeconds = 0;
    bool m_backendAsked = false; ///< the log is open, so failures from here on are told in it
    bool m_isRecorded = false; ///< the states on disk are the checkpoint
    bool m_mustStep
        = false; ///< they may be between two updates: nothing is read of them before a step has ended
    bool m_resumedInside = false; ///< the checkpoint was taken inside the block that goes on
};

} // namespace mantissa
