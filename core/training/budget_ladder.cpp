// SPDX-License-Identifier: Apache-2.0
#include "core/training/budget_ladder.h"

#include "core/base/units.h"
#include "core/memory/planner.h"
#include "core/record/device_limit.h"

#include <fmt/format.h>

#include <utility>

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

Status BudgetLadder::fit()
{
    m_plans.setChoices(m_run.config().choices);
    const auto budget = deviceLimit(m_run.config().memory);
    if (!budget || m_plans.choices().fit == Fit::Off)
        return {};
    EstimateInput input = m_run.config().estimateInput();
    const std::int64_t before = estimateMemory(input).peakDeviceBytes();
    const FittedChoices fitted = fitExactly(input, *budget);
    input.choices = fitted.choices;
    const bool isBudget = m_run.config().memory.budgetBytes == budget;
    if (static_cast<double>(fitted.peakDeviceBytes) * (1 - estimateError) > static_cast<double>(*budget))
        return fail(
            fmt::format("{} {} and the smallest exact way to run this needs an estimated {}{}; {}, or "
                        "choose a smaller batch or model",
                isBudget ? "memory.budget is" : "the card gives a run", formatBytes(*budget),
                formatBytes(fitted.peakDeviceBytes), proposals(input, *budget),
                isBudget ? "raise the budget" : "take a larger card"),
            ExitCode::OutOfMemory);
    if (fitted.taken.empty())
        return {};
    m_plans.setChoices(fitted.choices);
    m_run.noticeLater(
        fmt::format("to fit {}: {}. The same bits; estimated peak {} instead of {}", formatBytes(*budget),
            titlesOf(fitted.taken), formatBytes(fitted.peakDeviceBytes), formatBytes(before)));
    return {};
}

Status BudgetLadder::judgeOffload()
{
    const std::int64_t probes = m_run.config().phases.maxPredictSteps;
    const ResolvedPlan before = m_plans.of(Phase::Predict);
    m_plans.setPredict({});
    const ResolvedPlan wanted = m_plans.of(Phase::Predict);
    const bool wasLeftOut = before != wanted;
    if (!m_segments.phase() || !m_plans.offload().isTooDear(probes))
        return {};
    const ResolvedPlan resting = withoutOffload(wanted, m_segments.plan());
    if (resting == wanted)
        return {};
    // it pays all the same where the run's peak would be Predict's
    EstimateInput input = m_plans.estimateInput();
    const std::int64_t peak = estimateMemory(input).peakDeviceBytes();
    PhasePlan plan = m_plans.choices().table.at(Phase::Predict);
    plan.moments = resting.moments;
    plan.remainder = resting.remainder;
    input.choices.table = m_plans.choices().table.with(Phase::Predict, plan);
    if (estimateMemory(input).peakDeviceBytes() > peak)
        return {};
    m_plans.setPredict(resting);
    if (wasLeftOut)
        return {};
    return m_run.notice(Severity::Info,
        "Predict leaves optimizer state where it is: " + m_plans.offload().sentence(probes)
            + ". Cast and phase go on as planned.");
}

Result<bool> BudgetLadder::climb(const Error& error)
{
    if (!m_hasTriedAgain) { // another program may have had the memory, and be done with it
        m_hasTriedAgain = true;
        TRY(m_run.notice(Severity::Warning, error.message + "; trying once more"));
        return true;
    }
    if (m_plans.choices().fit == Fit::Off)
        return false;
    for (std::string why = error.message;;) {
        const FittedChoices more = climbOnce(m_plans.estimateInput());
        if (more.taken.empty())
            return false;
        m_plans.setChoices(more.choices);
        m_hasTriedAgain = false;
        TRY(m_run.notice(
            Severity::Warning, fmt::format("{}; going on one rung smaller: {}", why, titlesOf(more.taken))));
        TRY(tellChoices(m_run, m_plans));
        const std::optional<Phase> phase = m_segments.phase();
        if (!phase) // on the way into the first segment
            return true;
        const auto status
            = m_segments.enter(*phase, "out of memory: " + std::string(nameOf(more.taken.back())));
        if (status)
            return true;
        if (status.error().code != ExitCode::OutOfMemory)
            return fail(status.error());
        why = status.error().message;
    }
}

} // namespace mantissa
