// SPDX-License-Identifier: Apache-2.0
#include "core/training/predict_block.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

PredictBlock::PredictBlock(RunInHand& run, PlansInForce& plans, Segments& segments, BudgetLadder& ladder,
    Evaluations& evaluations, Recovery& recovery)
    : m_run(run)
    , m_plans(plans)
    , m_segments(segments)
    , m_ladder(ladder)
    , m_evaluations(evaluations)
    , m_recovery(recovery)
{
}

void PredictBlock::collect(StepOrder& order)
{
    m_nextWindow = -1;
    const RunConfig& config = m_run.config();
    if (m_segments.phase() != Phase::Full || !config.estimateInput().phaseRuns[indexOf(Phase::Predict)])
        return;
    if (!predictJudges(m_plans.choices())) {
        if (m_run.readouts().windows().count > 0) // of before the weights went to disk; they grow no more
            forgetWindows();
        return;
    }
    const std::int64_t length = windowLength(config.phases);
    // the run's end closes a window as a block's does
    const std::int64_t left = std::min(m_segments.phases().remaining(), m_run.maxSteps() - m_run.step());
    const std::int64_t window = (left - 1) / length;
    if (window > (config.phases.fullSteps >= 2 * length ? 1 : 0))
        return;
    const std::int64_t stride = std::max<std::int64_t>(1, length / enoughPoints);
    order.collectReadout = (left - 1) % stride == 0;
    order.beginsWindow = order.collectReadout && window != m_window;
    m_nextWindow = order.collectReadout ? window : m_window;
}

void PredictBlock::stepDone(bool skipped)
{
    if (!skipped)
        m_window = m_nextWindow;
}

void PredictBlock::forgetWindows()
{
    m_window = -1;
    m_run.readouts().reset();
}

void PredictBlock::begin()
{
    m_race.emplace(m_segments.phases().remaining(), m_run.config().training.batchSize,
        m_run.readouts().windows().beforeCount > 0);
    m_seconds = 0;
}

Result<bool> PredictBlock::probe()
{
    // coming training batches; they are trained on afterwards, nothing is taken away
    const ProbeOrder order{
        .step = m_run.step() + m_race->ahead(), .rows = m_race->rows(), .leads = m_race->leads()};
    const auto report = m_ladder.ask([&] { return m_run.readouts().probe(order); });
    if (!report)
        return fail(report.error());
    m_race->probed(report->loss, report->readoutLosses);
    m_seconds += report->seconds;
    m_plans.offload().probed(report->seconds);
    TRY(m_run.emit(ProbeDone{.tick = m_run.tick(),
        .step = m_run.step(),
        .loss = report->loss,
        .readoutLoss = m_race->winnersLoss(report->readoutLosses, order.leads),
        .candidates = static_cast<std::int64_t>(order.leads.size()),
        .rows = order.rows,
        .seconds = report->seconds,
        .memory = report->memory}));
    m_run.probeDone();
    if (const DivergenceFinding finding = DivergenceMonitor::probeDone(report->loss);
        finding.level != DivergenceLevel::Normal) {
        m_segments.phases().tickDone();
        TRY(m_recovery.answer(finding,
            fmt::format("a probe's loss at step {} is not finite; no weight depends on it", m_run.step())));
        return false;
    }
    const bool isLast = m_segments.phases().blockEnds();
    if (isLast)
        TRY(judge());
    m_segments.phases().tickDone();
    return isLast;
}

Status PredictBlock::judge()
{
    const ReadoutRace::Verdict verdict = m_race->verdict(m_run.config().phases.confidenceThreshold);
    m_segments.phases().setConfidence(verdict.confidence, verdict.wanted);
    TRY(m_run.emit(PredictJudged{.tick = m_run.tick(),
        .step = m_run.step(),
        .probes = m_race->ahead(),
        .meanGain = verdict.meanGain,
        .gainSpread = verdict.gainSpread,
        .confidence = verdict.confidence,
        .lead = verdict.lead,
        .retests = verdict.retests,
        .windowSteps = m_run.readouts().windows().count,
        .seconds = m_seconds}));
    m_race.reset();
    m_evaluations.predictJudged(verdict);
    return {};
}

void PredictBlock::savePosition(Json& position) const
{
    position["race"] = m_race ? m_race->state() : Json();
    position["window"] = m_window;
}

Status PredictBlock::takePosition(const Json& position)
{
    m_race.reset();
    if (const auto race = position.find("race"); race != position.end() && race->is_object()) {
        auto read = ReadoutRace::from(*race);
        if (!read)
            return fail(read.error());
        m_race = std::move(*read);
    }
    m_window = position.value("window", std::int64_t{-1});
    return {};
}

} // namespace mantissa
