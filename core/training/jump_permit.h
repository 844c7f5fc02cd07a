// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a jump may be tried now, and how often it can be judged: by what earlier jumps have taught, what a
// trial would cost at worst, and how straight the averages move.

#include "core/training/jump_trial.h"
#include "core/training/plans_in_force.h"
#include "core/training/run_in_hand.h"

#include <string>

namespace mantissa {

/// What earlier jumps have taught; a roll-back does not take it back.
struct JumpHistory {
    double lead = 1; ///< of the next one
    std::int64_t successes = 0; ///< in a row, like failures
    std::int64_t failures = 0;
    std::int64_t lastStep = -1;
    std::int64_t lastTick = 0; ///< the course is measured after it
    double spentSeconds = 0;
};

struct JumpPermit {
    std::string refusal{}; ///< empty: allowed
    int checks = 1; ///< how often its trial is judged
    LossSlope slope{}; ///< of the course before
};

/// The engine is at the end of a Predict block. `keepsSnapshots`: there is a way back.
JumpPermit jumpPermit(
    const RunInHand& run, const PlansInForce& plans, const JumpHistory& history, bool keepsSnapshots);
/// Steps in Correct after a jump, until it is first judged.
std::int64_t correctStepsOfJump(const PhasesConfig& phases);
/// Of the run's time: what jumps may still cost.
double jumpBudgetSeconds(const RunInHand& run, const JumpHistory& history);

} // namespace mantissa
