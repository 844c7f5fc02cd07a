// SPDX-License-Identifier: Apache-2.0
#include "core/training/recovery.h"

#include "core/base/units.h"
#include "core/record/checkpoint.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

constexpr std::int64_t unasked = std::int64_t{1}
    << 30; // Host bytes that a snapshot takes without being asked for
constexpr std::int64_t mostRollbacks = 2; // for the same trouble; the third time is the end

} // namespace

DivergenceFinding notFinite()
{
    return {.level = DivergenceLevel::Critical, .signal = DivergenceSignal::NotFinite, .value = NAN};
}

Recovery::Recovery(
    RunInHand& run, PlansInForce& plans, Segments& segments, CheckpointKeeper& checkpoints, SavedParts& parts)
    : m_run(run)
    , m_plans(plans)
    , m_segments(segments)
    , m_checkpoints(checkpoints)
    , m_parts(parts)
    , m_monitor(run.config().phases.divergenceThreshold)
{
}

Status Recovery::begin()
{
    const auto& limit = m_run.config().memory.snapshotBytes;
    const std::int64_t needed = m_run.snapshots().bytes();
    if (limit && *limit > 0 && *limit < needed)
        return fail(fmt::format("memory.snapshots is {} and one copy of weights and moments takes {}; raise "
                                "it, or set 0 to roll back to "
                                "checkpoints alone",
                        formatBytes(*limit), formatBytes(needed)),
            ExitCode::Usage);
    m_keepsSnapshots = needed <= limit.value_or(unasked);
    if (!m_keepsSnapshots && !limit)
        m_run.noticeLater(fmt::format("a copy of weights and moments to roll back to would take {} of "
                                      "Host; should the run diverge, it goes back "
                                      "to its newest checkpoint (memory.snapshots allows the copy)",
            formatBytes(needed)));
    return {};
}

Status Recovery::keepSnapshot()
{
    const SpanScope span(m_run.spans(), WorkKind::Move, "keep a copy");
    const auto kept = m_run.snapshots().keep();
    m_snapshot = kept ? jsonLine(m_parts.position()) : "";
    m_snapshotStep = kept ? m_run.step() : -1;
    return kept;
}

Status Recovery::keepSnapshotIfDue()
{
    const bool isDue
        = m_snapshot.empty() || m_run.step() >= m_snapshotStep + m_run.config().memory.snapshotInterval;
    if (!m_keepsSnapshots || !isDue || m_checkpoints.mustStep() || !m_monitor.isCalm())
        return {};
    const auto kept = keepSnapshot();
    if (kept)
        return {};
    if (kept.error().code == ExitCode::Diverged)
        return rollBack(notFinite(), kept.error().message);
    m_keepsSnapshots = false;
    return m_run.notice(
        Severity::Warning, kept.error().message + "; from here on a roll-back goes to the newest checkpoint");
}

Status Recovery::answer(const DivergenceFinding& finding, const std::string& what)
{
    DivergenceAnswered answered{
        .tick = m_run.tick(), .step = m_run.step(), .finding = finding, .toStep = m_run.step(), .text = what};
    if (finding.level == DivergenceLevel::Warning
        && m_segments.phases().forceFull("divergence warning: " + what)) {
        answered.answer = DivergenceAnswer::FullForced;
        answered.text += fmt::format("; Full for {} steps", m_segments.phases().remaining());
    }
    return m_run.emit(answered);
}

Result<bool> Recovery::goBack()
try {
    const auto checkpoint = newestCheckpoint(m_run.folder());
    if (m_snapshot.empty() && !checkpoint)
        return false;
    const bool isInMemory = !m_snapshot.empty();
    const auto position = isInMemory ? parseJson(m_snapshot, "the snapshot") : readTrainerState(*checkpoint);
    if (!position)
        return fail(position.error());
    m_checkpoints.stepEnded();
    // a kill from here on goes back to a checkpoint, never to states of two steps
    m_checkpoints.forgetRecorded();
    m_checkpoints.setInDoubt(true);
    TRY(isInMemory ? m_run.snapshots().restore() : m_run.engine().load(*checkpoint));
    TRY(m_parts.takePosition(*position));
    m_checkpoints.setInDoubt(false);
    m_segments.leave();
    return true;
} catch (const Json::exception& e) {
    return fail(std::string("the newest checkpoint cannot be read: ") + e.what());
}

Status Recovery::rollBack(const DivergenceFinding& finding, const std::string& what)
{
    const std::int64_t recovery = m_run.config().phases.recoverySteps;
    const Phase phase = m_segments.currentPhase();
    DivergenceAnswered answered{.tick = m_run.tick(),
        .step = m_run.step(),
        .finding = finding,
        .answer = DivergenceAnswer::RolledBack};
    m_rollbacksThere
        = m_troubleStep >= 0 && m_run.step() <= m_troubleStep + recovery ? m_rollbacksThere + 1 : 1;
    m_troubleStep = m_run.step();
    if (m_rollbacksThere > mostRollbacks)
        return giveUp(finding, what, fmt::format("{} roll-backs did not help", mostRollbacks));
    const auto back = goBack();
    if (!back)
        return giveUp(finding, what, "the roll-back failed: " + back.error().message);
    if (!*back)
        return giveUp(finding, what, "there is neither a snapshot nor a checkpoint to go back to");
    answered.toStep = m_run.step();
    answered.text = fmt::format("{}: rolled back from step {} to {}", what, answered.step, m_run.step());
    // a weight without its remainder is a BF16 number and has no FP32 form
    const PresetChoices& choices = m_plans.choices();
    if (choices.resolve(phase).compute != Precision::Fp32 && choices.master == Master::Exact) {
        answered.fp32Until = answered.step + recovery;
        m_plans.raise(PlansInForce::Raised{phase, answered.fp32Until});
        answered.text += fmt::format(", {} in FP32 up to step {}", nameOf(phase), answered.fp32Until);
    }
    m_segments.setReason("rolled back");
    m_checkpoints.forgetLater(); // made on the way into trouble
    TRY(m_run.emit(answered));
    // so that a kill forgets neither the roll-back nor how often it was
    return m_checkpoints.saveIfPossible();
}

Status Recovery::giveUp(const DivergenceFinding& finding, const std::string& what, const std::string& why)
{
    const auto phase = m_segments.phase();
    const Json evidence = {{"what", what}, {"why", why}, {"tick", m_run.tick()}, {"step", m_run.step()},
        {"signal", nameOf(finding.signal)}, {"value", jsonNumber(finding.value)},
        {"limit", jsonNumber(finding.limit)}, {"phase", phase ? nameOf(*phase) : ""},
        {"compute", nameOf(m_segments.plan().compute)}, {"snapshot_step", m_snapshotStep},
        {"monitor", m_monitor.state()}};
    TRY(writeFileAtomically(m_run.folder() / "divergence.json", jsonText(evidence) + "\n"));
    const std::int64_t step = m_run.step();
    // weights that a finding speaks against do not become the newest checkpoint
    if (finding.signal != DivergenceSignal::NotFinite || !m_run.engine().isStepUntouched())
        if (const auto back = goBack(); back && *back)
            removeCheckpointsAfter(m_run.folder(), m_run.step());
    TRY(m_run.emit(DivergenceAnswered{.tick = m_run.tick(),
        .step = step,
        .finding = finding,
        .answer = DivergenceAnswer::Stopped,
        .toStep = m_run.step(),
        .text = fmt::format("{}; {}", what, why)}));
    const Phase current = m_segments.currentPhase();
    const bool isFp32 = m_segments.plan().compute == Precision::Fp32;
    return fail(fmt::format("{}; {}. Lower the learning rate{} and resume; see divergence.json", what, why,
                    isFp32 ? std::string() : fmt::format(", or choose fp32 for {},", nameOf(current))),
        ExitCode::Diverged);
}

void Recovery::lowerIfRecovered()
{
    const auto& raised = m_plans.raised();
    if (!raised || m_run.step() < raised->untilStep)
        return;
    if (m_segments.phase() == raised->phase)
        m_segments.setReason("recovered: the table's format again");
    m_plans.raise({});
}

void Recovery::savePosition(Json& position) const { position["divergence"] = m_monitor.state(); }

Status Recovery::takePosition(const Json& position)
{
    return position.contains("divergence") ? m_monitor.restore(position.at("divergence")) : Status{};
}

void Recovery::saveState(Json& state) const
{
    state["trouble_step"] = m_troubleStep;
    state["rollbacks_there"] = m_rollbacksThere;
}

Status Recovery::takeState(const Json& state)
{
    m_troubleStep = state.value("trouble_step", m_troubleStep);
    m_rollbacksThere = state.value("rollbacks_there", m_rollbacksThere);
    return {};
}

} // namespace mantissa
