// SPDX-License-Identifier: Apache-2.0
#pragma once

// The jumps of a run, each with its verdict and what it cost.

#include "core/record/run.h"

#include <optional>
#include <vector>

namespace mantissa {

struct JumpRecord {
    JumpMade made{};
    std::optional<JumpJudged>
        judged{}; ///< nothing while it is in hand, or where the process ended before a verdict
    /// Reference passes and the jump; where it was taken back also the steps that were thrown away.
    double seconds = 0;
    double costSteps = 0; ///< the same in steps
    bool isKept() const { return judged && judged->verdict == JumpVerdict::Accepted; }
};

struct JumpCosts {
    std::int64_t kept = 0;
    std::int64_t takenBack = 0;
    double seconds = 0;
    double shareOfTime = 0; ///< 0–1 of the run's wall clock
};

/// In the order of the run.
std::vector<JumpRecord> jumpRecordsOf(const Run& run);
JumpCosts jumpCostsOf(const Run& run);

} // namespace mantissa
