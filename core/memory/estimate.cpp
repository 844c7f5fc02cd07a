// SPDX-License-Identifier: Apache-2.0
#include "core/memory/estimate.h"

#include "core/memory/phase_walk.h"
#include "core/model/family.h"

#include <algorithm>

namespace mantissa {

std::int64_t Estimate::peakDeviceBytes() const
{
    std::int64_t most = 0;
    for (const auto& phase : byPhase)
        most = std::max(most, phase ? phase->total() : 0);
    return most;
}

Phase Estimate::largestPhase() const
{
    Phase largest = Phase::Full;
    std::int64_t most = -1;
    for (const Phase phase : allPhases)
        if (const auto& composition = byPhase[indexOf(phase)]; composition && composition->total() > most) {
            most = composition->total();
            largest = phase;
        }
    return largest;
}

Estimate estimateMemory(const EstimateInput& input)
{
    Estimate estimate;
    const ModelDescription model = describe(input.model);
    bool casts = false; // weights that stream are cast as they are fetched; evaluation is in Full's format
    const ResolvedPlan full = input.choices.resolve(Phase::Full);
    for (const Phase phase : allPhases) {
        const ResolvedPlan plan = input.choices.resolve(phase);
        casts = casts
            || (input.phaseRuns[indexOf(phase)] && plan.weights == Tier::Device
                && plan.compute != full.compute);
    }
    for (const Phase phase : allPhases) {
        if (!input.phaseRuns[indexOf(phase)])
            continue;
        // in Predict two forward passes share the work of one whole batch
        const std::int64_t samples
            = phase == Phase::Predict ? std::max<std::int64_t>(1, input.batchSize / 2) : input.batchSize;
        const PhaseWalk walk{input, model, input.choices.resolve(phase), samples};
        MemoryComposition peak = phase == Phase::Predict ? walk.probePeak()
            : walk.byBlock                               ? walk.byBlockPeak()
                                                         : walk.wholePeak();
        if (casts && input.choices.master == Master::Exact && !walk.streams)
            take(peak, walk.castPeak());
        estimate.byPhase[indexOf(phase)] = peak;
    }
    return estimate;
}

} // namespace mantissa
