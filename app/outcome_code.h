// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a command returns that saw a run end: the reverse of outcomeOf().

#include "core/record/run_event.h"

namespace mantissa {

/// Stopped is what somebody wanted, so it is a success.
inline ExitCode exitCodeOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Completed:
    case Outcome::Stopped:
        return ExitCode::Done;
    case Outcome::Interrupted:
        return ExitCode::Interrupted;
    case Outcome::OutOfMemory:
        return ExitCode::OutOfMemory;
    case Outcome::Diverged:
        return ExitCode::Diverged;
    case Outcome::Failed:
        return ExitCode::Failed;
    }
    return ExitCode::Failed;
}

} // namespace mantissa
