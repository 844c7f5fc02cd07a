// SPDX-License-Identifier: Apache-2.0
#include "core/record/plans_that_ran.h"

#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

bool ranInFp32(const Run& run)
{
    const bool will = std::all_of(allPhases.begin(), allPhases.end(),
        [&](Phase phase) { return run.table().resolve(phase).compute == Precision::Fp32; });
    if (run.segments().empty() || (!run.ended() && !will))
        return will;
    return std::all_of(run.segments().begin(), run.segments().end(), [](const Segment& segment) {
        return segment.ticks() == 0 || segment.start->plan.compute == Precision::Fp32;
    });
}

std::string whyNoBaseline(const Run& run)
{
    if (run.isForeign())
        return "another program trained it";
    for (const Segment& segment : run.segments())
        if (segment.ticks() > 0 && segment.start->plan.compute != Precision::Fp32)
            return fmt::format(
                "it computed in {} from step {} on", nameOf(segment.start->plan.compute), segment.step);
    if (!ranInFp32(run))
        return "its table is not FP32 in every phase";
    for (const ConfigStretch& stretch : configsThatRan(run)) {
        if (stretch.config.choices.moments != MomentsFormat::Fp32)
            return fmt::format("its moments are {}", nameOf(stretch.config.choices.moments));
        if (stretch.config.choices.master != Master::Exact)
            return fmt::format("its master weights are {}", nameOf(stretch.config.choices.master));
    }
    return {};
}

std::string otherRounding(const Run& a, const Run& b)
{
    const RunConfig x = configInForce(a);
    const RunConfig y = configInForce(b);
    if (x.memory.device != y.memory.device)
        return fmt::format("memory.device is {} and {}", x.memory.device, y.memory.device);
    if (x.choices.lossChunk != y.choices.lossChunk)
        return fmt::format("memory.loss_chunk is {} and {}", x.choices.lossChunk, y.choices.lossChunk);
    return {};
}

double timeAveragedWidth(const Run& run)
{
    double ticks = 0;
    double weighted = 0;
    for (const Segment& segment : run.segments()) {
        const auto own = static_cast<double>(segment.ticks());
        ticks += own;
        weighted += own * static_cast<double>(bytesPerElement(segment.start->plan.compute)) / 4.0;
    }
    return ticks > 0 ? weighted / ticks : 1.0;
}

PresetChoices choicesInForce(const Run& run)
{
    PresetChoices choices = run.config().choices;
    choices.table = run.table();
    return choices;
}

ResolvedPlan planAtPeak(const Run& run, Phase phase)
{
    const std::int64_t tick = run.peakOf(phase)->tick;
    const auto begun = static_cast<std::size_t>(run.segmentsBegunBy(tick));
    for (std::size_t i = begun; i-- > 0;) // an evaluation after the last tick belongs to the segment before
        if (run.segments()[i].start->phase == phase)
            return run.segments()[i].start->plan;
    return run.config().choices.resolve(phase);
}

PresetChoices choicesThatRan(const Run& run, const ResolvedPlan& own)
{
    PresetChoices choices = run.config().choices;
    choices.table = choices.table.withEnabled(true);
    choices.execution = own.execution;
    choices.releaseGradients = own.releaseGradients;
    for (const Phase phase : allPhases) {
        const ResolvedPlan plan
            = run.peakOf(phase) ? planAtPeak(run, phase) : run.config().choices.resolve(phase);
        choices.table = choices.table.with(phase,
            {.compute = plan.compute,
                .gradients
                = plan.gradients == Precision::Fp32 ? GradientFormat::Fp32 : GradientFormat::SameAsCompute,
                .activations = plan.activations,
                .weights = plan.weights,
                .remainder = plan.remainder,
                .moments = plan.moments});
    }
    return choices;
}

Estimate estimateOfWhatRan(const Run& run)
{
    EstimateInput input = run.config().estimateInput();
    Estimate estimate = estimateMemory(input);
    for (const Phase phase : allPhases) {
        if (!run.peakOf(phase) || run.segments().empty())
            continue;
        const ResolvedPlan plan = planAtPeak(run, phase);
        if (plan == run.config().choices.resolve(phase))
            continue;
        input.choices = choicesThatRan(run, plan);
        input.phaseRuns[indexOf(phase)] = true;
        estimate.byPhase[indexOf(phase)] = estimateMemory(input).byPhase[indexOf(phase)];
    }
    return estimate;
}

} // namespace mantissa
