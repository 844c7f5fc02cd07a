// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tries jumps: w + lead (A - B), then Correct, then a verdict in steps, or back to the last bit. Owns the
// jump in hand and what earlier ones have taught. Trainer thread.

#include "core/training/budget_ladder.h"
#include "core/training/checkpoint_keeper.h"
#include "core/training/jump_permit.h"
#include "core/training/jump_trial.h"
#include "core/training/plans_in_force.h"
#include "core/training/predict_block.h"
#include "core/training/recovery.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

#include <cmath>
#include <optional>
#include <string>

namespace mantissa {

class JumpTrials final : public SavedPart {
public:
    /// All outlive it.
    JumpTrials(RunInHand& run, PlansInForce& plans, Segments& segments, BudgetLadder& ladder,
        CheckpointKeeper& checkpoints, Recovery& recovery, PredictBlock& predict);

    /// A Predict block has ended with a verdict: a jump may be tried before the next tick.
    void setDue() { m_isDue = true; }
    /// Keeps a copy to go back to and sends training into Correct when a jump is due and allowed.
    Status consider();
    /// From consider() to the verdict.
    bool isOnTrial() const { return m_trial.has_value(); }
    bool isToBeMade() const { return m_trial && !m_trial->isMade; }
    /// In Correct's plan: what the weights before it make of coming batches, then the jump.
    Status make();
    /// After update `step`. May take the jump back, and the update with it.
    Status judge(std::int64_t step, double loss, double seconds);
    /// Back to the weights before the jump, with a verdict that says why. Only on trial.
    Status reject(const std::string& why) { return reject(why, {NAN, NAN, 0}); }
    /// The same for a run that ends with an error: without a verdict. False where it did not work.
    bool takeBack();
    /// A checkpoint was due and waits for the verdict.
    void missSave() { m_trial->missesSave = true; }

    void saveState(Json& state) const override;
    Status takeState(const Json& state) override;

private:
    /// A jump between its proposal and its verdict. It is in no checkpoint: those wait.
    struct JumpInHand {
        JumpTrial course;
        bool isMade = false;
        bool missesSave = false;
        double seconds = 0;
    };

    Result<ProbeReport> lookAt(std::int64_t step);
    Status accept(const std::string& finding, const JumpTrial::Lead& lead);
    Status reject(const std::string& finding, const JumpTrial::Lead& lead);
    /// The jump itself failed, perhaps with some weights moved.
    Status giveUp(const Error& error);
    void countFailure(const JumpInHand& trial);
    /// Ends the trial.
    JumpInHand take();

    RunInHand& m_run;
    PlansInForce& m_plans;
    Segments& m_segments;
    BudgetLadder& m_ladder;
    CheckpointKeeper& m_checkpoints;
    Recovery& m_recovery;
    PredictBlock& m_predict;
    std::optional<JumpInHand> m_trial{};
    JumpHistory m_history{};
    std::string m_lastRefusal{}; ///< so that it is not told again and again
    bool m_isDue = false;
};

} // namespace mantissa
