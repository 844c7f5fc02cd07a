// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_rhythm.h"

#include "core/training/phase_controller.h"

#include <algorithm>
#include <optional>

namespace mantissa {

PhaseRhythm rhythmOf(const RunConfig& config, std::int64_t steps, const std::vector<PredictFinding>& blocks)
{
    PhaseRhythm rhythm;
    PhaseController phases(config.phases);
    phases.setPredictJudges(predictJudges(config.choices));
    std::optional<Phase> before;
    std::size_t block = 0;
    const auto blockAt = [&](std::size_t i) {
        return blocks.empty() ? PredictFinding{} : blocks[std::min(i, blocks.size() - 1)];
    };
    while (rhythm.steps < steps) {
        const Phase phase = phases.current().phase;
        rhythm.entries[indexOf(phase)] += before == phase ? 0 : 1;
        before = phase;
        ++rhythm.ticks[indexOf(phase)];
        if (phase != Phase::Predict)
            ++rhythm.steps;
        else if (phases.blockEnds()) {
            const std::int64_t next = blockAt(block + 1).probes; // as many as this block's noise asked for
            phases.setConfidence(blockAt(block++).confidence, next > 0 ? next : INT64_MAX);
        }
        phases.tickDone();
    }
    return rhythm;
}

} // namespace mantissa
