// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keeps a run within its memory budget: by Estimate before it starts, and one rung smaller when the engine
// runs out of memory all the same. Trainer thread.

#include "core/training/plans_in_force.h"
#include "core/training/run_in_hand.h"
#include "core/training/segments.h"

namespace mantissa {

class BudgetLadder {
public:
    /// All outlive it.
    BudgetLadder(RunInHand& run, PlansInForce& plans, Segments& segments)
        : m_run(run)
        , m_plans(plans)
        , m_segments(segments)
    {
    }

    /// Before the start: takes the choices of the config and climbs exact rungs until the Estimate fits the
    /// budget.
    Status fit();
    /// Asks the engine until it answers or the ladder ends: every question that leaves nothing half done when
    /// memory runs out goes through here.
    template <class Ask> auto ask(Ask question) -> decltype(question())
    {
        while (true) {
            auto answer = question();
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
    /// On the way into Predict: whether the moves that its plan asks for are left out, since they do not pay.
    Status judgeOffload();

private:
    /// After an engine ran out of memory: tries once more, then takes the next exact rung and says so; false
    /// when none is left.
    Result<bool> climb(const Error& error);

    RunInHand& m_run;
    PlansInForce& m_plans;
    Segments& m_segments;
    bool m_hasTriedAgain = false; ///< the last running out of memory was answered by asking again
};

} // namespace mantissa
