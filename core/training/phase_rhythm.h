// SPDX-License-Identifier: Apache-2.0
#pragma once

// How many ticks each phase of a run will have: the phase controller, asked without training.

#include "core/record/run_config.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mantissa {

struct PhaseRhythm {
    std::array<std::int64_t, allPhases.size()> ticks{};
    std::array<std::int64_t, allPhases.size()> entries{};
    std::int64_t steps = 0; ///< updates
    std::int64_t blocks = 0; ///< that were gone through to know: those that repeat are counted once
};

/// What a block of Predict found, in the order of the run.
struct PredictFinding {
    double confidence = 1;
    std::int64_t probes = 0;
};

/// Until `steps` updates are done; what it costs grows with what is said of blocks, never with the steps.
/// Blocks of Predict find what `blocks` say, those beyond them what the last one found; with none, every
/// Predict is accepted.
PhaseRhythm rhythmOf(
    const RunConfig& config, std::int64_t steps, const std::vector<PredictFinding>& blocks = {});

} // namespace mantissa
