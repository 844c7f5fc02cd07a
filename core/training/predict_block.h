// SPDX-License-Identifier: Apache-2.0
#pragma once

// A block of Predict and what Full collects for it: which weights go into the averages, the race of read-outs
// over coming batches, and its verdict. Trainer thread.

#include "core/training/budget_ladder.h"
#include "core/training/evaluations.h"
#include "core/training/plans_in_force.h"
#include "core/training/readout_race.h"
#include "core/training/recovery.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

#include <optional>

namespace mantissa {

class PredictBlock final : public SavedPart {
public:
    /// All outlive it.
    PredictBlock(RunInHand& run, PlansInForce& plans, Segments& segments, BudgetLadder& ladder,
        Evaluations& evaluations, Recovery& recovery);

    /// Fills in what the step adds to the read-out.
    void collect(StepOrder& order);
    /// The step that collect() was last asked about is done; one that was skipped added nothing.
    void stepDone(bool skipped);
    /// Averages do not reach over a jump.
    void forgetWindows();

    /// On the way into Predict, where the block does not go on from a checkpoint.
    void begin();
    bool hasBegun() const { return m_race.has_value(); }
    /// One batch, forward only; true when the block has ended with a verdict.
    Result<bool> probe();

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;

private:
    /// What the read-out is worth, and how sure that is.
    Status judge();

    RunInHand& m_run;
    PlansInForce& m_plans;
    Segments& m_segments;
    BudgetLadder& m_ladder;
    Evaluations& m_evaluations;
    Recovery& m_recovery;
    std::optional<ReadoutRace> m_race{}; ///< of the block in hand
    double m_seconds = 0; ///< of its probes
    std::int64_t m_window = -1; ///< that the last step belonged to; -1: none
    std::int64_t m_nextWindow = -1; ///< that the step in hand belongs to
};

} // namespace mantissa
