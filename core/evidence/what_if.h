// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a recorded run would have needed with another config. A phase that the change leaves alone keeps what
// was measured; memory of the others is the recorded peak plus the difference of two Estimates, a prediction.
// Seconds come from ticks that the run really did; of what it never did nothing is said. Pure.

#include "core/memory/memory_class.h"
#include "core/record/run.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// How a predicted figure came about.
enum class WhatIfSource {
    Measured, ///< the change leaves it alone
    Predicted, ///< measured, plus the difference of two Estimates
    Estimate ///< the recorded run has no such phase
};
std::string_view nameOf(WhatIfSource source);

struct WhatIfPhase {
    Phase phase = Phase::Warmup;
    std::optional<ResolvedPlan>
        recordedPlan{}; ///< of the segment that held the recorded peak; nothing: the phase did not run
    std::optional<ResolvedPlan> plan{}; ///< with the change; nothing: the phase would not run
    std::optional<MemoryComposition> recorded{}; ///< at the peak's instant
    std::optional<MemoryComposition> predicted{};
    WhatIfSource source = WhatIfSource::Measured; ///< of `predicted`
    std::int64_t recordedTicks = 0;
    std::int64_t ticks = 0;
    double recordedTickSeconds = 0; ///< mean; NaN where it did not run
    std::optional<double> tickSeconds{}; ///< nothing: not measured in this run
};

struct WhatIf {
    std::array<WhatIfPhase, allPhases.size()> phases{};
    std::int64_t recordedPeak = 0;
    std::int64_t peak = 0;
    Phase peakPhase = Phase::Full; ///< that holds `peak`
    std::int64_t recordedSteps = 0;
    std::int64_t steps = 0;
    double recordedSeconds = 0; ///< wall; NaN where seconds are not real
    std::optional<double> seconds{}; ///< nothing: a part of it was never measured
    std::vector<std::string>
        notes{}; ///< what could not be known, and what was done to the config (a budget's savings), sentences
};

/// Refuses a run that has not ticked, and a change of model, data or device: nothing that was measured says
/// anything of those.
Result<WhatIf> whatIf(const Run& run, const RunConfig& changed);

} // namespace mantissa
