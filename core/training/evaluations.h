// SPDX-License-Identifier: Apache-2.0
#pragma once

// Loss on the fixed evaluation batches: of the weights, and of the read-out that Predict favours (the
// annealed estimate). Trainer thread.

#include "core/training/budget_ladder.h"
#include "core/training/plans_in_force.h"
#include "core/training/readout_race.h"
#include "core/training/run_in_hand.h"

namespace mantissa {

class Evaluations final : public SavedPart {
public:
    /// All outlive it.
    Evaluations(RunInHand& run, const PlansInForce& plans, BudgetLadder& ladder)
        : m_run(run)
        , m_plans(plans)
        , m_ladder(ladder)
    {
    }

    Status evaluate();
    bool isDone() const { return m_lastStep == m_run.step(); } ///< for these weights
    bool isNoneYet() const { return m_lastStep < 0; }
    /// The process before was interrupted while it evaluated these weights.
    bool isMissed() const { return m_missedStep == m_run.step() && !isDone(); }

    /// A Predict block has ended: its read-out is worth an estimate when it is better and the budget allows.
    void predictJudged(const ReadoutRace::Verdict& verdict);
    /// After such a block, in any phase but Predict, whose memory is that of half a batch.
    Status estimateIfDue(Phase phase);
    /// At the end of the run, for the last window.
    Status estimateAtTheEnd();

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;
    Status takeState(const Json& state) override;

private:
    /// The evaluation loss of a read-out beside that of the weights.
    Status estimate(double lead);
    /// Whether another estimate keeps what Predict takes within phases.readout_budget.
    bool isEstimateAffordable() const;

    RunInHand& m_run;
    const PlansInForce& m_plans;
    BudgetLadder& m_ladder;
    std::int64_t m_lastStep = -1; ///< that was evaluated
    std::int64_t m_missedStep = -1;
    double m_lastLead = 0; ///< of the last read-out that was found to be better
    bool m_isEstimateDue = false;
};

} // namespace mantissa
