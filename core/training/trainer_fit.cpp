// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that keeps a run within its budget: before it starts by Estimate, and when a real
// step overruns.

#include "core/base/units.h"
#include "core/memory/planner.h"
#include "core/record/environment.h"
#include "core/training/trainer.h"
#include "core/training/trial.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

/// How far an Estimate may miss (docs/measurements): a budget that it misses by less is worth a try.
constexpr double estimateError = 0.05;

std::string titlesOf(const std::vector<Rung>& rungs)
{
    std::string text;
    for (const Rung rung : rungs)
        text += (text.empty() ? "" : "; ") + std::string(titleOf(rung));
    return text;
}

/// What would help and is not done unasked, since it changes arithmetic.
std::string proposals(EstimateInput input, std::int64_t budget)
{
    for (const Rung rung : proposedRungs) {
        const auto more = climbed(input.choices, rung);
        if (!more)
            continue;
        input.choices = *more;
        const std::int64_t peak = estimateMemory(input).peakDeviceBytes();
        if (peak <= budget)
            return fmt::format("; with \"{}\", which changes the arithmetic, it would need {}", titleOf(rung),
                formatBytes(peak));
    }
    return {};
}

} // namespace

Status Trainer::fitToBudget()
{
    const auto budget = m_setup.config.memory.budgetBytes;
    if (!budget || m_choices.fit == Fit::Off)
        return {};
    EstimateInput input = m_setup.config.estimateInput();
    const std::int64_t before = estimateMemory(input).peakDeviceBytes();
    const FittedChoices fitted = fitExactly(input, *budget);
    input.choices = fitted.choices;
    if (static_cast<double>(fitted.peakDeviceBytes) * (1 - estimateError) > static_cast<double>(*budget))
        return fail(fmt::format("memory.budget is {} and the smallest exact way to run this needs an "
                                "estimated {}{}; raise the budget, or choose a "
                                "smaller batch or model",
                        formatBytes(*budget), formatBytes(fitted.peakDeviceBytes), proposals(input, *budget)),
            ExitCode::OutOfMemory);
    if (fitted.taken.empty())
        return {};
    m_choices = fitted.choices;
    m_notices.push_back(
        fmt::format("to fit {}: {}. The same bits; estimated peak {} instead of {}", formatBytes(*budget),
            titlesOf(fitted.taken), formatBytes(fitted.peakDeviceBytes), formatBytes(before)));
    return {};
}

Status Trainer::judgeParking()
{
    const std::int64_t probes = m_setup.config.phases.maxPredictSteps;
    const bool wasUnparked = std::exchange(m_unparked, {}).has_value();
    if (!m_segmentPhase || !m_parking.isTooDear(probes))
        return {};
    const ResolvedPlan unparked = withoutParking(planOf(Phase::Predict), m_segmentPlan);
    if (unparked == planOf(Phase::Predict))
        return {};
    // it pays all the same where the run's peak would be Predict's
    EstimateInput input = m_setup.config.estimateInput();
    input.choices = m_choices;
    const std::int64_t before = estimateMemory(input).peakDeviceBytes();
    PhasePlan plan = m_choices.table.at(Phase::Predict);
    plan.moments = unparked.moments;
    plan.remainder = unparked.remainder;
    input.choices.table = m_choices.table.with(Phase::Predict, plan);
    if (estimateMemory(input).peakDeviceBytes() > before)
        return {};
    m_unparked = unparked;
    if (wasUnparked)
        return {};
    return notice(Severity::Info,
        "Predict leaves optimizer state where it is: " + m_parking.sentence(probes)
            + ". Cast and phase go on as planned.");
}

Status Trainer::measureTrial(const RunConfig& config)
{
    if (!config.memory.trial || m_setup.resume)
        return {};
    const double start = unixNow();
    std::filesystem::path file = statesFile();
    file += ".trial";
    const auto trial = runTrial(config, m_makeBackend, file);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    if (!trial)
        return fail("the trial before the run failed: " + trial.error().message, trial.error().code);
    m_trialBefore = TrialMeasured{.tick = m_at.tick, .peaks = *trial, .seconds = unixNow() - start};
    return {};
}

Result<bool> Trainer::climb(const Error& error)
{
    if (!m_hasTriedAgain) { // it may have been another program's hour
        m_hasTriedAgain = true;
        TRY(notice(Severity::Warning, error.message + "; trying once more"));
        return true;
    }
    if (m_choices.fit == Fit::Off)
        return false;
    for (std::string why = error.message;;) {
        EstimateInput input = m_setup.config.estimateInput();
        input.choices = m_choices;
        const FittedChoices more = climbOnce(input);
        if (more.taken.empty())
            return false;
        m_choices = more.choices;
        m_parking.forget();
        m_unparked.reset();
        m_hasTriedAgain = false;
        TRY(notice(
            Severity::Warning, fmt::format("{}; going on one rung smaller: {}", why, titlesOf(more.taken))));
        TRY(emit(TableChanged{m_at.tick, m_at.step, m_choices.table}));
        if (!m_segmentPhase) // on the way into the first segment
            return true;
        const auto status
            = enterPlan(*m_segmentPhase, "out of memory: " + std::string(nameOf(more.taken.back())));
        if (status)
            return true;
        if (status.error().code != ExitCode::OutOfMemory)
            return fail(status.error());
        why = status.error().message;
    }
}

} // namespace mantissa
