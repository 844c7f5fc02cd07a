// SPDX-License-Identifier: Apache-2.0
#include "core/training/evaluations.h"

#include "core/base/statistics.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

Status Evaluations::evaluate()
{
    const SpanScope span(m_run.spans(), WorkKind::Evaluation, "evaluation");
    const auto report = m_ladder.ask(
        [&] { return m_run.engine().evaluate(m_plans.choices().resolve(Phase::Full).compute); });
    if (!report)
        return fail(report.error());
    m_lastStep = m_run.step();
    // for those who watch; should it fail, the run's end says so
    static_cast<void>(m_run.keepShares());
    return m_run.emit(Evaluated{.tick = m_run.tick(),
        .step = m_run.step(),
        .trainedTokens = m_run.run().tokens().at(m_run.step()),
        .loss = report->loss,
        .accuracy = report->accuracy,
        .batchLosses = report->batchLosses,
        .seconds = report->seconds,
        .memory = report->memory});
}

void Evaluations::predictJudged(const ReadoutRace::Verdict& verdict)
{
    if (verdict.meanGain > 0)
        m_lastLead = verdict.lead;
    m_isEstimateDue = verdict.meanGain > 0 && isEstimateAffordable();
}

Status Evaluations::estimateIfDue(Phase phase)
{
    if (!m_isEstimateDue || phase == Phase::Predict || m_run.readouts().windows().count == 0)
        return {};
    TRY(estimate(m_lastLead));
    m_isEstimateDue = false;
    return {};
}

bool Evaluations::isEstimateAffordable() const
{
    const Run& run = m_run.run();
    double cost = 0; // of both evaluations, as the last of their kind took
    if (!run.annealed().empty())
        cost = run.annealed().back().seconds;
    else if (!run.evaluations().empty())
        cost = 2 * run.evaluations().back().seconds;
    return run.predictSeconds() + cost <= m_run.config().phases.readoutBudget * run.seconds();
}

Status Evaluations::estimate(double lead)
{
    const SpanScope span(m_run.spans(), WorkKind::Evaluation, "annealed estimate");
    const Precision compute = m_plans.choices().resolve(Phase::Full).compute;
    const auto report = m_ladder.ask([&] { return m_run.readouts().evaluate(lead, compute); });
    if (!report)
        return fail(report.error());
    AnnealedEstimated estimated{.tick = m_run.tick(),
        .step = m_run.step(),
        .trainedTokens = m_run.run().tokens().at(m_run.step()),
        .lead = lead,
        .windowSteps = m_run.readouts().windows().count,
        .loss = report->loss,
        .gain = NAN,
        .gainLow = NAN,
        .gainHigh = NAN,
        .batchLosses = report->batchLosses,
        .seconds = report->seconds,
        .memory = report->memory};
    std::vector<double> weights;
    if (isDone() && !m_run.run().evaluations().empty()) {
        weights = m_run.run().evaluations().back().batchLosses;
        estimated.weightsLoss = m_run.run().evaluations().back().loss;
    } else {
        const auto own = m_ladder.ask([&] { return m_run.engine().evaluate(compute); });
        if (!own)
            return fail(own.error());
        weights = own->batchLosses;
        estimated.weightsLoss = own->loss;
        estimated.seconds += own->seconds;
    }
    estimated.gain = estimated.weightsLoss - estimated.loss;
    std::vector<double> gains;
    for (std::size_t i = 0; i < std::min(weights.size(), report->batchLosses.size()); ++i)
        gains.push_back(weights[i] - report->batchLosses[i]);
    if (const auto interval = meanInterval(gains)) {
        estimated.gainLow = estimated.gain - interval->halfWidth;
        estimated.gainHigh = estimated.gain + interval->halfWidth;
    }
    return m_run.emit(estimated);
}

Status Evaluations::estimateAtTheEnd()
{
    const Run& run = m_run.run();
    const bool isThere = !run.annealed().empty() && run.annealed().back().step == m_run.step();
    const ReadoutWindows windows = m_run.readouts().windows();
    if (isThere || windows.count == 0)
        return {};
    return estimate(windows.beforeCount > 0 ? m_lastLead : 0);
}

void Evaluations::savePosition(Json& position) const
{
    position["last_lead"] = m_lastLead;
    position["estimate_due"] = m_isEstimateDue;
    position["last_evaluated_step"] = m_lastStep;
}

Status Evaluations::takePosition(const Json& position)
{
    m_lastStep = position.at("last_evaluated_step").get<std::int64_t>();
    m_lastLead = position.value("last_lead", 0.0);
    m_isEstimateDue = position.value("estimate_due", false);
    return {};
}

Status Evaluations::takeState(const Json& /*state*/)
{
    const std::int64_t interval = m_run.config().training.evalInterval;
    if (interval > 0 && m_run.step() > 0 && m_run.step() % interval == 0)
        m_missedStep = m_run.step();
    return {};
}

} // namespace mantissa
