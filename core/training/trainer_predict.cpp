// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that looks at averaged weights: what is collected, the race of read-outs, the
// annealed estimate.

#include "core/base/statistics.h"
#include "core/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

std::int64_t Trainer::collect(StepOrder& order) const
{
    if (m_segmentPhase != Phase::Full || !m_setup.config.estimateInput().phaseRuns[indexOf(Phase::Predict)])
        return -1;
    const std::int64_t fullSteps = m_setup.config.phases.fullSteps;
    const std::int64_t length = windowLength();
    // the run's end closes a window as a block's does
    const std::int64_t left = std::min(m_phases.remaining(), m_setup.config.training.maxSteps - m_at.step);
    const std::int64_t window = (left - 1) / length;
    if (window > (fullSteps >= 2 * length ? 1 : 0))
        return -1;
    const std::int64_t stride = std::max<std::int64_t>(1, length / enoughPoints);
    order.collectReadout = (left - 1) % stride == 0;
    order.beginsWindow = order.collectReadout && window != m_window;
    return order.collectReadout ? window : m_window;
}

void Trainer::beginRace()
{
    m_race.emplace(
        m_phases.remaining(), m_setup.config.training.batchSize, m_backend->readoutWindows().beforeCount > 0);
    m_probeSeconds = 0;
}

Status Trainer::doProbe()
{
    // coming training batches; they are trained on afterwards, nothing is taken away
    const ProbeOrder order{
        .step = m_at.step + m_race->ahead(), .rows = m_race->rows(), .leads = m_race->leads()};
    const auto report = askWithinBudget([&] { return m_backend->probe(order); });
    if (!report)
        return fail(report.error());
    m_race->probed(report->loss, report->readoutLosses);
    m_probeSeconds += report->seconds;
    m_parking.probed(report->seconds);
    TRY(emit(ProbeDone{.tick = m_at.tick,
        .step = m_at.step,
        .loss = report->loss,
        .readoutLoss = m_race->winnersLoss(report->readoutLosses, order.leads),
        .candidates = static_cast<std::int64_t>(order.leads.size()),
        .rows = order.rows,
        .seconds = report->seconds,
        .memory = report->memory}));
    ++m_at.tick;
    if (const DivergenceFinding finding = DivergenceMonitor::probeDone(report->loss);
        finding.level != DivergenceLevel::Normal) {
        m_phases.tickDone();
        return answer(finding,
            fmt::format("a probe's loss at step {} is not finite; no weight depends on it", m_at.step));
    }
    const bool last = m_phases.blockEnds();
    if (last)
        TRY(judgePredict());
    m_phases.tickDone();
    return {};
}

Status Trainer::judgePredict()
{
    const ReadoutRace::Verdict verdict = m_race->verdict(m_setup.config.phases.confidenceThreshold);
    m_phases.setConfidence(verdict.confidence, verdict.wanted);
    if (verdict.meanGain > 0)
        m_lastLead = verdict.lead;
    TRY(emit(PredictJudged{.tick = m_at.tick,
        .step = m_at.step,
        .probes = m_race->ahead(),
        .meanGain = verdict.meanGain,
        .gainSpread = verdict.gainSpread,
        .confidence = verdict.confidence,
        .lead = verdict.lead,
        .retests = verdict.retests,
        .windowSteps = m_backend->readoutWindows().count,
        .seconds = m_probeSeconds}));
    m_race.reset();
    m_isJumpDue = true;
    m_isEstimateDue = verdict.meanGain > 0 && isEstimateAffordable();
    return {};
}

Status Trainer::estimateIfDue()
{
    // outside of Predict, whose memory is that of half a batch
    if (m_segmentPhase == Phase::Predict || m_backend->readoutWindows().count == 0
        || !std::exchange(m_isEstimateDue, false))
        return {};
    return estimateAnnealed(m_lastLead);
}

bool Trainer::isEstimateAffordable() const
{
    double cost = 0; // of both evaluations, as the last of their kind took
    if (!m_run.annealed().empty())
        cost = m_run.annealed().back().seconds;
    else if (!m_run.evaluations().empty())
        cost = 2 * m_run.evaluations().back().seconds;
    return m_run.predictSeconds() + cost <= m_setup.config.phases.readoutBudget * m_run.seconds();
}

Status Trainer::estimateAnnealed(double lead)
{
    const Precision compute = m_choices.resolve(Phase::Full).compute;
    const auto report = askWithinBudget([&] { return m_backend->evaluateReadout(lead, compute); });
    if (!report)
        return fail(report.error());
    AnnealedEstimated estimated{.tick = m_at.tick,
        .step = m_at.step,
        .trainedTokens = m_at.step * m_run.started()->tokensPerStep,
        .lead = lead,
        .windowSteps = m_backend->readoutWindows().count,
        .loss = report->loss,
        .gain = NAN,
        .gainLow = NAN,
        .gainHigh = NAN,
        .batchLosses = report->batchLosses,
        .seconds = report->seconds,
        .memory = report->memory};
    std::vector<double> weights;
    if (m_lastEvaluatedStep == m_at.step && !m_run.evaluations().empty()) {
        weights = m_run.evaluations().back().batchLosses;
        estimated.weightsLoss = m_run.evaluations().back().loss;
    } else {
        const auto own = askWithinBudget([&] { return m_backend->evaluate(compute); });
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
    return emit(estimated);
}

Status Trainer::estimateAtTheEnd()
{
    const bool isThere = !m_run.annealed().empty() && m_run.annealed().back().step == m_at.step;
    if (isThere || m_backend->readoutWindows().count == 0)
        return {};
    return estimateAnnealed(m_backend->readoutWindows().beforeCount > 0 ? m_lastLead : 0);
}

} // namespace mantissa
