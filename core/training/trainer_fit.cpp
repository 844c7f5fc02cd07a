// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that keeps a run within its budget: before it starts by Estimate, and when a real step overruns.

#include "core/base/units.h"
#include "core/memory/planner.h"
#include "core/training/trainer.h"

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
            return fmt::format("; with \"{}\", which changes the arithmetic, it would need {}", titleOf(rung), formatBytes(peak));
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
        return fail(fmt::format("memory.budget is {} and the smallest exact way to run this needs an estimated {}{}; raise the budget, or choose a "
                                "smaller batch or model", formatBytes(*budget), formatBytes(fitted.peakDeviceBytes), proposals(input, *budget)),
            ExitCode::OutOfMemory);
    if (fitted.taken.empty())
        return {};
    m_choices = fitted.choices;
    m_notices.push_back(fmt::format("to fit {}: {}. The same bits; estimated peak {} instead of {}", formatBytes(*budget), titlesOf(fitted.taken),
        formatBytes(fitted.peakDeviceBytes), formatBytes(before)));
    return {};
}

Result<bool> Trainer::climb(const Error& error)
{
    if (!m_hasTriedAgain) { // it may have been another program's hour
        m_hasTriedAgain = true;
        if (const auto status = notice(Severity::Warning, error.message + "; trying once more"); !status)
            return fail(status.error());
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
        m_hasTriedAgain = false;
        if (const auto status = notice(Severity::Warning, fmt::format("{}; going on one rung smaller: {}", why, titlesOf(more.taken))); !status)
            return fail(status.error());
        if (const auto status = emit(TableChanged{m_at.tick, m_at.step, m_choices.table}); !status)
            return fail(status.error());
        if (!m_segmentPhase) // on the way into the first segment
            return true;
        const auto status = enterPlan(*m_segmentPhase, "out of memory: " + std::string(nameOf(more.taken.back())));
        if (status)
            return true;
        if (status.error().code != ExitCode::OutOfMemory)
            return fail(status.error());
        why = status.error().message;
    }
}

} // namespace mantissa
