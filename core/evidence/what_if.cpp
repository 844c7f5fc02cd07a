// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/what_if.h"

#include "core/base/units.h"
#include "core/memory/planner.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/record/plans_that_ran.h"
#include "core/training/phase_controller.h"
#include "core/training/phase_rhythm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

/// Everything beside the plan that decides what a step costs is the same.
bool stepsAlike(const RunConfig& a, const RunConfig& b)
{
    return a.choices.master == b.choices.master && a.choices.moments == b.choices.moments
        && a.choices.lossChunk == b.choices.lossChunk && a.training.batchSize == b.training.batchSize
        && a.training.accumulation == b.training.accumulation && a.training.threads == b.training.threads
        && (a.optimizer.maxGradNorm > 0) == (b.optimizer.maxGradNorm > 0);
}

/// A probe has no gradients and no moments, so where those rest costs it nothing.
bool ticksAlike(const ResolvedPlan& a, const ResolvedPlan& b, bool isProbe)
{
    if (isProbe)
        return a.compute == b.compute && a.weights == b.weights && a.execution == b.execution;
    ResolvedPlan same = b;
    if (a.compute == Precision::Fp32 && a.weights == Tier::Device)
        same.remainder = a.remainder; // there is none
    return a == same;
}

/// Mean seconds of the ticks that ran in this plan; nothing when there was none.
std::optional<double> measuredTick(const Run& run, const ResolvedPlan& plan, Phase phase)
{
    const bool isProbe = phase == Phase::Predict;
    double own = 0, all = 0;
    std::int64_t ownTicks = 0, allTicks = 0;
    for (const Segment& segment : run.segments()) {
        if ((segment.start->phase == Phase::Predict) != isProbe || segment.ticks() == 0
            || !ticksAlike(segment.start->plan, plan, isProbe))
            continue;
        const double seconds = run.columns().seconds.over(segment.tick, segment.endTick).sum;
        all += seconds;
        allTicks += segment.ticks();
        if (segment.start->phase == phase) { // a step of Full also collects what Predict reads out
            own += seconds;
            ownTicks += segment.ticks();
        }
    }
    if (ownTicks > 0)
        return own / static_cast<double>(ownTicks);
    return allTicks > 0 ? std::optional(all / static_cast<double>(allTicks)) : std::nullopt;
}

/// The total moves as the Estimates do, whatever instants they are of; so does each class, but that none
/// falls below nothing: where the recorded peak was at another instant than the Estimate's, the largest class
/// makes up for it.
MemoryComposition moved(
    const MemoryComposition& recorded, const MemoryComposition& before, const MemoryComposition& after)
{
    MemoryComposition predicted = recorded;
    for (const MemoryClass memoryClass : allMemoryClasses)
        predicted.at(memoryClass) += after.at(memoryClass) - before.at(memoryClass);
    for (std::int64_t& bytes : predicted.bytes)
        if (bytes < 0) {
            *std::ranges::max_element(predicted.bytes) += bytes;
            bytes = 0;
        }
    return predicted;
}

void predictMemory(WhatIfPhase& row, const Run& run, const RunConfig& changed, const EstimateInput& after,
    const Estimate& estimate)
{
    const Phase phase = row.phase;
    row.predicted = estimate.byPhase[indexOf(phase)];
    if (!row.predicted)
        return;
    row.plan = after.choices.resolve(phase);
    row.source = WhatIfSource::Estimate;
    if (!row.recorded)
        return;
    EstimateInput before = run.config().estimateInput();
    before.choices = choicesThatRan(run, *row.recordedPlan);
    before.phaseRuns[indexOf(phase)] = true;
    const MemoryComposition old = *estimateMemory(before).byPhase[indexOf(phase)];
    const bool isLeftAlone
        = *row.plan == *row.recordedPlan && stepsAlike(run.config(), changed) && old == *row.predicted;
    row.source = isLeftAlone ? WhatIfSource::Measured : WhatIfSource::Predicted;
    row.predicted = moved(*row.recorded, old, *row.predicted);
}

std::int64_t times(std::int64_t interval, std::int64_t steps) // one at the end in any case
{
    return interval > 0 ? (steps + interval - 1) / interval : 1;
}

template <class Events> double secondsOf(const Events& events)
{
    double sum = 0;
    for (const auto& event : events)
        sum += event.seconds;
    return sum;
}

/// `spent`, had it been done `after` times instead of `before`.
double scaled(double spent, std::int64_t before, std::int64_t after)
{
    return before > 0 ? spent * static_cast<double>(after) / static_cast<double>(before) : spent;
}

/// What decides how many ticks each phase has.
bool hasSameRhythm(const WhatIf& result, const Run& run, const RunConfig& changed)
{
    return changed.phases == run.config().phases && result.steps == result.recordedSteps
        && predictJudges(changed.choices) == predictJudges(run.config().choices);
}

void predictTime(WhatIf& result, const Run& run, const RunConfig& changed)
{
    if (const std::string why = whyNoSpeed(run.config()); !why.empty()) {
        result.notes.push_back(why);
        return;
    }
    const double ticks = run.columns().seconds.over(0, run.ticks()).sum;
    const double evaluating = secondsOf(run.evaluations()), saving = secondsOf(run.checkpoints()),
                 casting = run.castSeconds();
    const double rest = std::max(0.0,
        result.recordedSeconds - ticks - evaluating - saving
            - casting); // start, log, read-outs: taken to stay
    const std::int64_t before = run.config().training.evalInterval;
    std::int64_t enteredBefore = 0;
    for (const auto& segment : run.segments())
        enteredBefore += segment.start->casts > 0 ? 1 : 0;
    std::int64_t entered = enteredBefore;
    if (!hasSameRhythm(result, run, changed)) {
        const auto all = [](const PhaseRhythm& rhythm) { return std::ranges::max(rhythm.entries); };
        const std::int64_t was = all(rhythmOf(run.config(), result.recordedSteps));
        entered = static_cast<std::int64_t>(std::llround(
            scaled(static_cast<double>(enteredBefore), was, all(rhythmOf(changed, result.steps)))));
    }
    double sum = rest
        + scaled(evaluating, times(before, result.recordedSteps),
            times(changed.training.evalInterval, result.steps))
        + scaled(saving, times(run.config().training.saveInterval, result.recordedSteps),
            times(changed.training.saveInterval, result.steps))
        + scaled(casting, enteredBefore, entered);
    bool isKnown = true;
    const bool sameSteps = stepsAlike(run.config(), changed);
    for (WhatIfPhase& row : result.phases) {
        if (row.ticks == 0)
            continue;
        if (sameSteps && row.plan)
            row.tickSeconds = measuredTick(run, *row.plan, row.phase);
        if (row.tickSeconds)
            sum += *row.tickSeconds * static_cast<double>(row.ticks);
        else {
            isKnown = false;
            result.notes.push_back(fmt::format("What a {} of {} would take was not measured in this run{}.",
                row.phase == Phase::Predict ? "probe" : "step", nameOf(row.phase),
                !sameSteps     ? ": the change is to every step"
                    : row.plan ? fmt::format(": none ran in {} with these choices", nameOf(row.plan->compute))
                               : ""));
        }
    }
    if (isKnown)
        result.seconds = sum;
}

void countTicks(WhatIf& result, const Run& run, const RunConfig& changed)
{
    for (const Segment& segment : run.segments())
        result.phases[indexOf(segment.start->phase)].recordedTicks += segment.ticks();
    for (WhatIfPhase& row : result.phases) {
        double seconds = 0;
        for (const Segment& segment : run.segments())
            if (segment.start->phase == row.phase)
                seconds += run.columns().seconds.over(segment.tick, segment.endTick).sum;
        row.recordedTickSeconds = row.recordedTicks > 0 && hasRealSeconds(run.config())
            ? seconds / static_cast<double>(row.recordedTicks)
            : NAN;
        row.ticks = row.recordedTicks;
    }
    if (hasSameRhythm(result, run, changed))
        return;
    std::vector<PredictFinding> blocks;
    for (const PredictJudged& judged :
        run.predictions()) // as many as were allowed: it might have wanted more
        blocks.push_back(
            {judged.confidence, judged.probes < run.config().phases.maxPredictSteps ? judged.probes : 0});
    const PhaseRhythm rhythm = rhythmOf(changed, result.steps, blocks);
    for (WhatIfPhase& row : result.phases)
        row.ticks = rhythm.ticks[indexOf(row.phase)];
    if (rhythm.ticks[indexOf(Phase::Predict)] > 0)
        result.notes.push_back(blocks.empty()
                ? "The run has no Predict block, so every one is taken to be accepted."
                : "Predict blocks are taken to find what those of the run found, one after the other.");
}

Status refuse(const Run& run, const RunConfig& changed)
{
    const RunConfig& config = run.config();
    if (run.ticks() == 0)
        return fail(fmt::format(
            "{} has not done a step yet, so nothing was measured; `estimate` says what a config needs",
            run.title()));
    if (!(changed.model == config.model) || !(changed.data == config.data)
        || changed.memory.device != config.memory.device)
        return fail(fmt::format("what-if cannot change model, data or device: what {} measured says nothing "
                                "of another; `estimate` or `trial` do",
                        run.title()),
            ExitCode::Usage);
    return {};
}

/// A budget makes the trainer climb before the start, here as there.
void fitToBudget(EstimateInput& input, const RunConfig& changed, WhatIf& result)
{
    const auto budget = deviceLimit(changed.memory);
    if (!budget || changed.choices.fit == Fit::Off)
        return;
    const FittedChoices fitted = fitExactly(input, *budget);
    input.choices = fitted.choices;
    for (const Rung rung : fitted.taken)
        result.notes.push_back(fmt::format("To fit {}: {}.", formatBytes(*budget), titleOf(rung)));
    if (!fitted.fits)
        result.notes.push_back(
            fmt::format("The budget of {} is below the estimate of the smallest exact way, {}.",
                formatBytes(*budget), formatBytes(fitted.peakDeviceBytes)));
}

} // namespace

std::string_view nameOf(WhatIfSource source)
{
    switch (source) {
    case WhatIfSource::Measured:
        return "measured";
    case WhatIfSource::Predicted:
        return "predicted";
    case WhatIfSource::Estimate:
        return "estimate";
    }
    return "";
}

Result<WhatIf> whatIf(const Run& run, const RunConfig& changed)
{
    TRY(refuse(run, changed));
    WhatIf result{.recordedPeak = run.peakDeviceBytes(),
        .recordedSteps = run.steps(),
        .steps = run.steps(),
        .recordedSeconds = hasRealSeconds(run.config()) ? run.seconds() : NAN};
    if (changed.training.maxSteps != run.config().training.maxSteps)
        result.steps = changed.training.maxSteps;
    EstimateInput after = changed.estimateInput();
    fitToBudget(after, changed, result);
    const Estimate estimate = estimateMemory(after);
    for (const Phase phase : allPhases) {
        WhatIfPhase& row = result.phases[indexOf(phase)];
        row.phase = phase;
        if (const auto& peak = run.peakOf(phase)) {
            row.recorded = peak->memory.devicePeak;
            row.recordedPlan = planAtPeak(run, phase);
        }
        predictMemory(row, run, changed, after, estimate);
    }
    countTicks(result, run, changed);
    for (WhatIfPhase& row : result.phases) {
        if (row.ticks == 0) { // too few steps to come to it
            row.predicted.reset();
            row.plan.reset();
        }
        if (row.predicted && row.predicted->total() > result.peak) {
            result.peak = row.predicted->total();
            result.peakPhase = row.phase;
        }
    }
    predictTime(result, run, changed);
    return result;
}

} // namespace mantissa
