// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/advice.h"

#include "core/base/units.h"
#include "core/evidence/comparison.h"
#include "core/evidence/quality_delta.h"
#include "core/memory/planner.h"
#include "core/precision/phase_title.h"
#include "core/precision/preset_difference.h"
#include "core/record/plans_that_ran.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr double smallSaving = 0.9; // of the baseline's peak: what the guide calls minimal
constexpr double leastDescent = 0.95; // of the intended update; below it the loss of updates shows
constexpr double manyBelow = 0.05; // of gradients
constexpr double muchQuality = 1.0; // percent: the guide's third trouble

PresetChoices withCompute(PresetChoices choices, Phase phase, Precision compute)
{
    PhasePlan plan = choices.table.at(phase);
    plan.compute = compute;
    choices.table = choices.table.with(phase, plan);
    return choices;
}

/// The group with most weights that FP16 cannot hold; null where no step looked.
const NumberGroup* mostOverflow(const Run& run)
{
    if (run.numbers().empty())
        return nullptr;
    const auto& groups = run.numbers().back().groups;
    const auto most
        = std::ranges::max_element(groups, {}, [](const NumberGroup& g) { return g.fp16.weights.overflow; });
    return most == groups.end() ? nullptr : &*most;
}

Advice onOverflow(const Run& run)
{
    Advice advice{.trouble = "overflow"};
    const PresetChoices choices = choicesInForce(run);
    PresetChoices changed = choices;
    if (run.skippedSteps() > 0) {
        const auto done = static_cast<double>(run.steps() + run.skippedSteps());
        advice.finding = fmt::format("{} updates ({:.1f} %) were skipped because FP16 gradients overflowed. "
                                     "BF16 has the range of FP32 and needs no loss scale.",
            formatCount(run.skippedSteps()), 100 * static_cast<double>(run.skippedSteps()) / done);
        for (const Phase phase : allPhases)
            if (run.peakOf(phase) && choices.resolve(phase).compute == Precision::Fp16)
                changed = withCompute(changed, phase, Precision::Bf16);
    }
    if (const NumberGroup* large = mostOverflow(run); large && large->fp16.weights.overflow > 0)
        for (const Phase phase : allPhases)
            if (run.peakOf(phase) && choices.resolve(phase).compute == Precision::Fp16) {
                advice.finding += fmt::format("{}At step {}, {:.2g} % of weights in {} are larger than "
                                              "FP16's largest number, and {} computes in it.",
                    advice.finding.empty() ? "" : " ", formatCount(run.numbers().back().step),
                    100 * large->fp16.weights.overflow, large->name, nameOf(phase));
                changed = withCompute(changed, phase, Precision::Bf16);
            }
    for (const DivergenceAnswered& e : run.divergences()) {
        if (e.answer != DivergenceAnswer::RolledBack && e.answer != DivergenceAnswer::Stopped)
            continue;
        advice.finding += fmt::format(
            "{}At step {}: {}.", advice.finding.empty() ? "" : " ", formatCount(e.step), e.text);
        const Segment* segment = run.segmentAt(e.tick > 0 ? e.tick - 1 : 0);
        if (segment && segment->start->plan.compute != Precision::Fp32 && choices.master == Master::Exact)
            changed = withCompute(changed, segment->start->phase, Precision::Fp32);
    }
    if (run.ticks() == 0)
        advice.finding = "No step could be read, so nothing is known of the range of its formats.";
    else if (advice.finding.empty())
        advice.finding
            = "No update was skipped and the run never had to go back: its formats had range enough.";
    advice.settings = settingsBetween(choices, changed);
    return advice;
}

Advice onSavings(const Run& run, const Run* baseline)
{
    Advice advice{.trouble = "savings"};
    if (run.peakDeviceBytes() == 0) {
        advice.finding = "No phase has run yet, or its log cannot be read, so no memory was measured.";
        return advice;
    }
    const std::int64_t peak = run.peakDeviceBytes();
    const Phase holder = peakPhase(run);
    advice.finding = fmt::format("Measured peak {}, held by {}; measured mean {}.", formatBytes(peak),
        titleOf(holder), formatMeasuredBytes(run.meanDeviceBytes()));
    if (baseline && baseline->peakDeviceBytes() > 0 && whyNoMemoryRatio(run, *baseline).empty()) {
        const double share = static_cast<double>(peak) / static_cast<double>(baseline->peakDeviceBytes());
        advice.finding += fmt::format(
            " That is {:.1f} % of the baseline's {}.", 100 * share, formatBytes(baseline->peakDeviceBytes()));
        if (share < smallSaving)
            return advice;
    }
    if (holder != Phase::Predict)
        advice.finding += fmt::format(
            " More Predict steps would lower the mean alone: the peak is {}'s.", titleOf(holder));
    EstimateInput input = run.config().estimateInput();
    input.choices = choicesInForce(run);
    const FittedChoices next = climbOnce(input);
    if (next.taken.empty()) {
        advice.finding += " No saving that keeps every bit would lower it further.";
        return advice;
    }
    advice.finding += fmt::format(" With \"{}\", which keeps every bit, the estimate falls from {} to {}.",
        titleOf(next.taken.back()), formatBytes(estimateMemory(input).peakDeviceBytes()),
        formatBytes(next.peakDeviceBytes));
    advice.settings = settingsBetween(input.choices, next.choices);
    return advice;
}

/// What to try once more seeds have confirmed the loss of quality.
std::string whatWouldRaiseQuality(const Run& run)
{
    const PresetChoices choices = choicesInForce(run);
    if (choices.master != Master::Exact)
        return fmt::format(" If they confirm it: with master {} what a BF16 number cannot hold of an update "
                           "is gone; keep the remainder (precision.master=exact).",
            nameOf(choices.master));
    if (choices.moments != MomentsFormat::Fp32)
        return " If they confirm it: moments are int8; FP32 ones are the next thing to try "
               "(optimizer.moments=fp32).";
    std::vector<std::string> settings;
    for (const Phase phase : {Phase::Warmup, Phase::Full, Phase::Correct})
        if (run.peakOf(phase) && choices.resolve(phase).compute != Precision::Fp32)
            settings.push_back(fmt::format("precision.phases.{}.compute=fp32", nameOf(phase)));
    return settings.empty()
        ? " Weights were trained in FP32, so their format is not what makes the difference."
        : fmt::format(" If they confirm it: compute in FP32 where weights are trained ({}).",
            fmt::join(settings, ", "));
}

Advice onQuality(const Run& run, const Run* baseline)
{
    Advice advice{.trouble = "quality"};
    if (!baseline || !whyNotComparable(run, *baseline).empty() || !whyNoBaseline(*baseline).empty()) {
        advice.finding
            = "There is no comparable FP32 baseline, so nothing is known of quality; \"Measure "
              "quality\" in the window trains one, or the same config with the preset conservative.";
        return advice;
    }
    const auto points = qualityDelta(run, *baseline);
    if (points.empty()) {
        advice.finding = "The baseline has no evaluation at the same trained tokens: not enough data.";
        return advice;
    }
    const double delta = points.back().deltaPercent;
    advice.finding = fmt::format(
        "At step {} the evaluation loss differs from the baseline by {} (n = 1 pair, no interval).",
        formatCount(points.back().step), percentText(delta));
    if (delta < claimedDeltaPercent)
        return advice;
    advice.finding += fmt::format(
        "{} One pair says little of a change, since another seed moves the loss too: run more seeds first "
        "(mantissa-cli experiment, or Experiment in the window).{}",
        delta > muchQuality ? " That is above 1 %." : "", whatWouldRaiseQuality(run));
    return advice;
}

/// The group with most gradients that FP16 cannot hold in full.
const NumberGroup* mostUnderflow(const NumbersMeasured& numbers)
{
    const auto below = [](const NumberGroup& g) {
        const double share = g.fp16.gradients.subnormal + g.fp16.gradients.underflow;
        return std::isnan(share) ? -1 : share; // not known
    };
    return &*std::max_element(numbers.groups.begin(), numbers.groups.end(),
        [&](const NumberGroup& a, const NumberGroup& b) { return below(a) < below(b); });
}

/// The group that would lose most of its updates in `format`.
const NumberGroup* mostCancelled(const NumbersMeasured& numbers, Precision format)
{
    const auto shareOf = [&](const NumberGroup& g) {
        const double cancelled = g.in(format).cancelled;
        return std::isnan(cancelled) ? -1 : cancelled; // it had no update
    };
    const auto worst = std::max_element(numbers.groups.begin(), numbers.groups.end(),
        [&](const NumberGroup& a, const NumberGroup& b) { return shareOf(a) < shareOf(b); });
    return worst == numbers.groups.end() || shareOf(*worst) < 0 ? nullptr : &*worst;
}

Advice onNumbers(const Run& run)
{
    Advice advice{.trouble = "numbers"};
    const NumberGroup* worst
        = run.numbers().empty() ? nullptr : mostCancelled(run.numbers().back(), Precision::Bf16);
    if (!worst) {
        advice.finding
            = "No step has looked at its numbers; training.numbers_interval says how often one does.";
        return advice;
    }
    const PresetChoices choices = choicesInForce(run);
    advice.finding = fmt::format("At step {}, {:.0f} % of updates in {} vanish when rounded to BF16",
        formatCount(run.numbers().back().step), 100 * worst->bf16.cancelled, worst->name);
    if (choices.master != Master::Exact && worst->bf16.effectiveDescent < leastDescent) {
        PresetChoices changed = choices;
        changed.master = Master::Exact;
        advice.finding += fmt::format(", and {:.1f} % of the descent is lost with them: keep the remainder.",
            100 * (1 - worst->bf16.effectiveDescent));
        advice.settings = settingsBetween(choices, changed);
    } else if (choices.master == Master::Exact) {
        advice.finding += ": keep the remainder, as this run does.";
    } else {
        advice.finding
            += fmt::format(", and {:.3f} of the descent is left: above {}, where it begins to show.",
                worst->bf16.effectiveDescent, leastDescent);
    }
    const NumberGroup* half = mostUnderflow(run.numbers().back());
    const double below = half->fp16.gradients.subnormal + half->fp16.gradients.underflow;
    if (below > manyBelow)
        advice.finding += fmt::format(
            " {:.0f} % of gradients in {} lie below FP16's normal range: FP16 needs its loss scale there.",
            100 * below, half->name);
    return advice;
}

} // namespace

std::vector<Advice> adviceOn(const Run& run, const Run* baseline)
{
    return {onOverflow(run), onSavings(run, baseline), onQuality(run, baseline), onNumbers(run)};
}

} // namespace mantissa
