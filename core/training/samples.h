// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts that the model writes in mid-run, each training.sample_interval steps. Trainer thread.

#include "core/training/budget_ladder.h"
#include "core/training/run_in_hand.h"

namespace mantissa {

class Samples {
public:
    /// Both outlive it.
    Samples(RunInHand& run, BudgetLadder& ladder)
        : m_run(run)
        , m_ladder(ladder)
    {
    }

    /// Writes one where this step is due and has none.
    Status writeIfDue();

private:
    RunInHand& m_run;
    BudgetLadder& m_ladder;
};

} // namespace mantissa
