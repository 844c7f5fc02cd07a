// SPDX-License-Identifier: Apache-2.0
#include "core/training/segments.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace mantissa {

namespace {

constexpr auto tableEdited = "table edited";

} // namespace

Segments::Segments(RunInHand& run, PlansInForce& plans, CheckpointKeeper& checkpoints)
    : m_run(run)
    , m_plans(plans)
    , m_checkpoints(checkpoints)
    , m_phases(run.config().phases)
{
}

bool Segments::isOver() const
{
    const Phase next = m_phases.current().phase;
    return m_phase != next || m_plan != m_plans.of(next);
}

Status Segments::enter(Phase phase, const std::string& reason)
{
    const SpanScope span(m_run.spans(), WorkKind::Other, "enter");
    const ResolvedPlan plan = m_plans.of(phase);
    if (m_checkpoints.isRecorded() && !restsOnDisk(plan)) { // the states leave the disk, or part of them
        TRY(m_checkpoints.save());
        m_checkpoints.forgetRecorded();
    }
    const auto report = m_run.engine().enter(phase, plan);
    if (!report)
        return fail(report.error());
    if (phase == Phase::Predict)
        m_plans.offload().entered(report->moveBytes, report->moveSeconds);
    else if (m_phase == Phase::Predict)
        m_plans.offload().left(report->moveSeconds);
    m_phase = phase;
    m_plan = plan;
    m_goesOnInside = false;
    for (const std::string& text : report->notices)
        TRY(m_run.notice(Severity::Info, text));
    return m_run.emit(SegmentStarted{.tick = m_run.tick(),
        .step = m_run.step(),
        .phase = phase,
        .plan = plan,
        .reason = reason,
        .casts = report->casts,
        .castBytes = report->castBytes,
        .castSeconds = report->castSeconds,
        .castMismatches = report->castMismatches,
        .escapes = report->escapes,
        .moves = report->moves,
        .moveBytes = report->moveBytes,
        .moveSeconds = report->moveSeconds,
        .memory = report->memory});
}

void Segments::setEdited() { m_reason = tableEdited; }

std::string Segments::takeReason(const PhaseDecision& decision)
{
    std::string reason = std::exchange(m_reason, {});
    const bool isOfAnother = reason == tableEdited && m_phase && m_phase != decision.phase;
    return reason.empty() || isOfAnother ? decision.reason : reason;
}

Status Segments::judgePredict()
{
    const bool judges = predictJudges(m_plans.choices());
    m_phases.setPredictJudges(judges);
    if (judges || m_hasToldNoReadout || !m_run.config().estimateInput().phaseRuns[indexOf(Phase::Predict)])
        return {};
    m_hasToldNoReadout = true;
    const std::string why = "the weights of Full rest on disk, where no steps are averaged, so that Predict "
                            "has nothing to judge";
    const std::string wayOut = "set precision.phases.full.weights to host or device to have it judged";
    return m_run.notice(Severity::Warning,
        m_run.config().phases.schedule == PhaseSchedule::Fixed
            ? why + "; the schedule's Predict segments are run as plain probes. " + wayOut
            : why + " and is left out: Full goes on. " + wayOut);
}

void Segments::savePosition(Json& position) const
{
    position["phases"] = m_phases.state();
    position["inside"] = m_goesOnInside || m_phase == m_phases.current().phase;
}

Status Segments::takePosition(const Json& position)
{
    TRY(m_phases.restore(position.at("phases")));
    m_goesOnInside = position.at("inside").get<bool>();
    return {};
}

Status Segments::takeState(const Json& /*state*/)
{
    m_reason = "resumed";
    return {};
}

} // namespace mantissa
