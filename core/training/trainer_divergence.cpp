// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that answers a run which leaves its course.

#include "core/base/units.h"
#include "core/record/checkpoint.h"
#include "core/training/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr std::int64_t unasked = std::int64_t{1}
    << 30; // Host bytes that a snapshot takes without being asked for
constexpr std::int64_t mostRollbacks = 2; // for the same trouble; the third time is the end

} // namespace

Status Trainer::prepareSnapshots()
{
    const auto& limit = m_setup.config.memory.snapshotBytes;
    const std::int64_t needed = m_backend->snapshotBytes();
    if (limit && *limit > 0 && *limit < needed)
        return fail(fmt::format("memory.snapshots is {} and one copy of weights and moments takes {}; raise "
                                "it, or set 0 to roll back to "
                                "checkpoints alone",
                        formatBytes(*limit), formatBytes(needed)),
            ExitCode::Usage);
    m_keepsSnapshots = needed <= limit.value_or(unasked);
    if (!m_keepsSnapshots && !limit)
        m_notices.push_back(fmt::format("a copy of weights and moments to roll back to would take {} of "
                                        "Host; should the run diverge, it goes back "
                                        "to its newest checkpoint (memory.snapshots allows the copy)",
            formatBytes(needed)));
    return {};
}

Status Trainer::keepSnapshotIfDue()
{
    if (m_trial) // the copy from before the jump stays
        return {};
    const bool due
        = m_snapshot.empty() || m_at.step >= m_snapshotStep + m_setup.config.memory.snapshotInterval;
    if (!m_keepsSnapshots || !due || m_mustStep || !m_monitor.isCalm())
        return {};
    const auto kept = m_backend->keepSnapshot();
    if (kept) {
        m_snapshot = position().dump();
        m_snapshotStep = m_at.step;
        return {};
    }
    m_snapshot.clear();
    if (kept.error().code == ExitCode::Diverged)
        return rollBack(
            {.level = DivergenceLevel::Critical, .signal = DivergenceSignal::NotFinite, .value = NAN},
            kept.error().message);
    m_keepsSnapshots = false;
    return notice(
        Severity::Warning, kept.error().message + "; from here on a roll-back goes to the newest checkpoint");
}

ResolvedPlan Trainer::planOf(Phase phase) const
{
    ResolvedPlan plan = phase == Phase::Predict && m_unparked ? *m_unparked : m_choices.resolve(phase);
    if (m_raised && m_raised->phase == phase)
        plan.compute = plan.gradients = Precision::Fp32;
    if (m_trial && phase == Phase::Correct && m_choices.resolve(Phase::Full).compute == Precision::Fp32)
        plan.compute = plan.gradients = Precision::Fp32; // a jump is judged in the higher format of the two
    return plan;
}

Status Trainer::answer(const DivergenceFinding& finding, const std::string& what)
{
    DivergenceAnswered answered{
        .tick = m_at.tick, .step = m_at.step, .finding = finding, .toStep = m_at.step, .text = what};
    if (finding.level == DivergenceLevel::Warning && m_phases.forceFull("divergence warning: " + what)) {
        answered.answer = DivergenceAnswer::FullForced;
        answered.text += fmt::format("; Full for {} steps", m_phases.remaining());
    }
    return emit(answered);
}

Result<bool> Trainer::goBack()
try {
    const auto checkpoint = newestCheckpoint(m_setup.folder);
    if (m_snapshot.empty() && !checkpoint)
        return false;
    const bool inMemory = !m_snapshot.empty();
    const auto state
        = inMemory ? parseJson(m_snapshot, "the snapshot") : readJsonFile(*checkpoint / "trainer_state.json");
    if (!state)
        return fail(state.error());
    m_mustStep = false;
    forgetStates(); // a kill from here on goes back to a checkpoint, never to states of two steps
    TRY(inMemory ? m_backend->restoreSnapshot() : m_backend->load(*checkpoint));
    TRY(takePosition(*state));
    m_segmentPhase.reset();
    return true;
} catch (const Json::exception& e) {
    return fail(std::string("the newest checkpoint cannot be read: ") + e.what());
}

Status Trainer::rollBack(const DivergenceFinding& finding, const std::string& what)
{
    if (m_trial)
        return rejectJump(what, {NAN, NAN, 0});
    const std::int64_t recovery = m_setup.config.phases.recoverySteps;
    const Phase phase = m_segmentPhase.value_or(m_phases.current().phase);
    DivergenceAnswered answered{
        .tick = m_at.tick, .step = m_at.step, .finding = finding, .answer = DivergenceAnswer::RolledBack};
    m_rollbacksThere = m_troubleStep >= 0 && m_at.step <= m_troubleStep + recovery ? m_rollbacksThere + 1 : 1;
    m_troubleStep = m_at.step;
    if (m_rollbacksThere > mostRollbacks)
        return giveUp(finding, what, fmt::format("{} roll-backs did not help", mostRollbacks));
    const auto back = goBack();
    if (!back)
        return giveUp(finding, what, "the roll-back failed: " + back.error().message);
    if (!*back)
        return giveUp(finding, what, "there is neither a snapshot nor a checkpoint to go back to");
    answered.toStep = m_at.step;
    answered.text = fmt::format("{}: rolled back from step {} to {}", what, answered.step, m_at.step);
    // a weight without its remainder is a BF16 number and has no FP32 form
    if (m_choices.resolve(phase).compute != Precision::Fp32 && m_choices.master == Master::Exact) {
        m_raised = Raised{phase, answered.step + recovery};
        answered.fp32Until = m_raised->untilStep;
        answered.text += fmt::format(", {} in FP32 up to step {}", nameOf(phase), answered.fp32Until);
    }
    m_segmentReason = "rolled back";
    removeCheckpointsAfter(m_setup.folder, m_at.step); // made on the way into trouble
    m_lastSavedStep = -1;
    TRY(emit(answered));
    return saveIfPossible(); // so that a kill forgets neither the roll-back nor how often it was
}

Status Trainer::giveUp(const DivergenceFinding& finding, const std::string& what, const std::string& why)
{
    const Json evidence = {{"what", what}, {"why", why}, {"tick", m_at.tick}, {"step", m_at.step},
        {"signal", nameOf(finding.signal)}, {"value", jsonNumber(finding.value)},
        {"limit", jsonNumber(finding.limit)}, {"phase", m_segmentPhase ? nameOf(*m_segmentPhase) : ""},
        {"compute", nameOf(m_segmentPlan.compute)}, {"snapshot_step", m_snapshotStep},
        {"monitor", m_monitor.state()}};
    TRY(writeFileAtomically(m_setup.folder / "divergence.json", evidence.dump(2) + "\n"));
    const std::int64_t step = m_at.step;
    // weights that a finding speaks against do not become the newest checkpoint
    if (finding.signal != DivergenceSignal::NotFinite || !m_backend->isStepUntouched())
        if (const auto back = goBack(); back && *back)
            removeCheckpointsAfter(m_setup.folder, m_at.step);
    TRY(emit(DivergenceAnswered{.tick = m_at.tick,
        .step = step,
        .finding = finding,
        .answer = DivergenceAnswer::Stopped,
        .toStep = m_at.step,
        .text = fmt::format("{}; {}", what, why)}));
    return fail(
        fmt::format("{}; {}. Lower the learning rate, or choose fp32 for {}, and resume; see divergence.json",
            what, why, m_segmentPhase ? nameOf(*m_segmentPhase) : nameOf(m_phases.current().phase)),
        ExitCode::Diverged);
}

} // namespace mantissa
