// SPDX-License-Identifier: Apache-2.0
#include "core/training/trainer.h"

#include "core/record/best_evaluation.h"
#include "core/record/machine_needs.h"
#include "core/record/run_length.h"
#include "core/training/early_stop.h"
#include "core/training/trial.h"

#include <fmt/format.h>

namespace mantissa {

Trainer::Trainer(TrainerSetup setup, EngineFactory makeEngine, EventChannel& channel, Mailbox& mailbox)
    : m_resume(setup.resume)
    , m_isChanged(setup.isChanged)
    , m_makeEngine([this, make = std::move(makeEngine)](EngineSetup wanted) {
        wanted.isInterrupted = [this] { return m_mailbox.isInterrupted(m_run.hasEngine()); };
        return make(wanted);
    })
    , m_mailbox(mailbox)
    , m_run(std::move(setup.config), std::move(setup.folder), channel, std::move(setup.notices), setup.spans)
    , m_plans(m_run.config())
    , m_checkpoints(m_run, m_saved)
    , m_segments(m_run, m_plans, m_checkpoints)
    , m_ladder(m_run, m_plans, m_segments)
    , m_evaluations(m_run, m_plans, m_ladder)
    , m_samples(m_run, m_ladder)
    , m_recovery(m_run, m_plans, m_segments, m_checkpoints, m_saved)
    , m_predict(m_run, m_plans, m_segments, m_ladder, m_evaluations, m_recovery)
    , m_jumps(m_run, m_plans, m_segments, m_ladder, m_checkpoints, m_recovery, m_predict)
    , m_updates(m_run, m_segments)
    , m_edits(m_run, m_plans, m_segments)
    , m_card(m_run, m_mailbox, setup.cards)
{
    m_saved.set(
        {&m_run, &m_plans, &m_segments, &m_updates, &m_recovery, &m_evaluations, &m_predict, &m_jumps});
}

Result<RunEnded> Trainer::train()
{
    if (const auto status = prepare(); !status) {
        if (m_run.isOpen() && !m_resume) // the folder is ours and has a log: leave a word in it
            endedBy(status.error());
        return fail(status.error());
    }
    return runLoop();
}

Status Trainer::prepare()
{
    auto lock = RunLock::take(m_run.folder());
    if (!lock)
        return fail(lock.error());
    m_lock = std::move(*lock);
    if (auto door = ControlDoor::open(m_run.folder(), m_mailbox))
        m_door = std::move(*door);
    else
        m_run.noticeLater(door.error().message);
    TRY(m_run.open(m_resume));
    if (m_resume)
        TRY(m_checkpoints.restore());
    if (m_isChanged || m_checkpoints.isAtStart())
        TRY(m_ladder.fit());
    TRY(checkRoom(m_plans.config(), roomFor(m_run.config(), m_run.folder())));
    RunConfig config = m_plans.config();
    if (!m_checkpoints.isAtStart())
        config.model.folder.clear(); // the weights come from a checkpoint, wherever the folder is now
    const DataRead data = readData(m_run.folder());
    const EngineSetup setup{.config = config,
        .statesFile = m_checkpoints.statesFile(),
        .owner = m_run.identity(),
        .data = data,
        .goesOn = m_checkpoints.isRecorded(),
        .nextStep = m_run.step(),
        .samplesBefore = samplesLearned(m_run.run(), data, m_run.step())};
    const auto trial = m_resume ? Result<std::optional<TrialMeasured>>()
                                : trialOf(setup.config, m_makeEngine, setup.statesFile);
    if (!trial)
        return fail(trial.error());
    TRY(m_run.makeEngine(m_makeEngine, setup));
    m_isChanged |= m_run.settleLength();
    TRY(m_checkpoints.loadEngine());
    TRY(m_run.tellStart(*trial));
    TRY(m_run.tellSettings(m_plans.config()));
    if (m_isChanged)
        TRY(m_run.saveConfig(m_plans.config()));
    TRY(m_recovery.begin());
    m_card.begin();
    TRY(m_run.tellWaitingNotices());
    // an edit at the checkpoint's own tick: its event was dropped with that tick
    return m_plans.choices().table != m_run.run().table() ? tellChoices(m_run, m_plans) : Status{};
}

RunEnded Trainer::runLoop()
{
    Status status;
    Outcome outcome = Outcome::Completed;
    if (m_run.spans())
        m_run.spans()->begin();
    while (status && m_earlyStop.empty() && m_run.step() < m_run.maxSteps()) {
        status = standWhilePaused();
        const StopRequest stop = m_mailbox.stopRequested();
        if (stop != StopRequest::None && !m_checkpoints.mustStep()) {
            if (status && m_jumps.isOnTrial())
                status = m_jumps.reject("the run is to stop");
            outcome = stop == StopRequest::Stop ? Outcome::Stopped : Outcome::Interrupted;
            break;
        }
        if (status)
            status = tick();
        if (status)
            status = stopEarlyIfDue();
    }
    if (status && outcome != Outcome::Interrupted && !m_evaluations.isDone())
        status = m_evaluations.evaluate();
    if (status && outcome == Outcome::Completed)
        status = m_samples.writeIfDue();
    if (status && outcome == Outcome::Completed)
        status = m_evaluations.estimateAtTheEnd();
    if (!status && status.error().code == ExitCode::Interrupted) { // while it evaluated
        status = {};
        outcome = Outcome::Interrupted;
    }
    if (!status)
        return endedBy(status.error());
    if (m_checkpoints.isRecorded() && outcome == Outcome::Interrupted) {
        const auto recorded = m_checkpoints.record();
        return recorded ? m_run.end(outcome, "") : m_run.end(Outcome::Failed, recorded.error().message);
    }
    if (!m_checkpoints.isSaved())
        if (const auto saved = m_ladder.ask([&] { return m_checkpoints.save(); }); !saved)
            return m_run.end(Outcome::Failed, saved.error().message);
    m_checkpoints.forgetRecorded();
    if (const auto there = m_checkpoints.checkSaved(); !there)
        return m_run.end(Outcome::Failed, there.error().message);
    return m_run.end(outcome, m_earlyStop);
}

Status Trainer::stopEarlyIfDue()
{
    if (m_checkpoints.mustStep() || !m_earlyStop.empty())
        return {};
    m_earlyStop
        = earlyStopOf(m_run.config().training.earlyStop, m_run.run(), m_run.step(), m_run.secondsHere())
              .value_or("");
    return !m_earlyStop.empty() && m_jumps.isOnTrial() ? m_jumps.reject("the run stops early") : Status{};
}

Status Trainer::standWhilePaused()
{
    bool stood = false;
    TRY(m_card.tell());
    while (m_mailbox.waitWhilePaused(m_card.interval())) { // a card cools meanwhile
        stood = true;
        if (m_run.spans())
            m_run.spans()->skip(); // what was waited is nobody's time
        TRY(m_card.tell());
    }
    if (stood && m_run.spans())
        m_run.spans()->skip();
    return stood ? m_run.notice(Severity::Info, "paused and gone on") : Status{};
}

Status Trainer::tick()
{
    TRY(takeCommands());
    m_recovery.lowerIfRecovered();
    TRY(m_segments.judgePredict());
    TRY(m_jumps.consider());
    const PhaseDecision decision = m_segments.phases().current();
    if (m_run.spans())
        m_run.spans()->beginTick(decision.phase);
    const SpanScope span(m_run.spans(), WorkKind::Other, nameOf(decision.phase), m_run.step());
    if (m_segments.isOver())
        TRY(enterSegment(decision));
    if ((m_run.tick() == 0 && m_evaluations.isNoneYet()) || m_evaluations.isMissed())
        TRY(m_evaluations.evaluate());
    TRY(m_samples.writeIfDue());
    TRY(m_evaluations.estimateIfDue(decision.phase));
    if (m_jumps.isToBeMade())
        return m_jumps.make();
    if (!m_jumps.isOnTrial()) // the copy from before the jump stays
        TRY(m_recovery.keepSnapshotIfDue());
    return decision.phase == Phase::Predict ? doProbe() : doStep();
}

Status Trainer::takeCommands()
{
    if (m_checkpoints.mustStep())
        return {};
    for (const TableEdit& edit : m_mailbox.takeEdits())
        TRY(m_edits.take(edit));
    if (m_mailbox.takeNumbersRequest())
        m_updates.wantNumbers();
    if (m_jumps.isOnTrial() || !m_mailbox.takeSnapshotRequest())
        return {};
    return m_checkpoints.tellFailure(m_ladder.ask([&] { return m_checkpoints.save(); }));
}

Status Trainer::enterSegment(const PhaseDecision& decision)
{
    if (decision.phase == Phase::Predict && m_segments.phase() != Phase::Predict) {
        if (!m_segments.goesOnInside() || !m_predict.hasBegun())
            m_predict.begin();
        TRY(m_ladder.judgeOffload());
    }
    const std::string reason = m_segments.takeReason(decision);
    return m_ladder.ask([&] { return m_segments.enter(decision.phase, reason); });
}

Status Trainer::doProbe()
{
    const auto hasEnded = m_predict.probe();
    if (!hasEnded)
        return fail(hasEnded.error());
    if (*hasEnded)
        m_jumps.setDue();
    return {};
}

Status Trainer::doStep()
{
    StepOrder order = m_updates.order();
    m_predict.collect(order);
    if (restsOnDisk(m_segments.plan())) {
        TRY(m_checkpoints.checkRecorded());
        TRY(m_checkpoints.record());
    }
    const auto report = m_ladder.ask([&] { return m_run.engine().step(order); });
    if (!report && report.error().code == ExitCode::Diverged)
        return rollBack(notFinite(), report.error().message);
    if (!report)
        return fail(report.error());
    m_checkpoints.stepEnded();
    m_plans.offload().left(report->costs.moveWaitSeconds);
    TRY(m_updates.done(order, *report));
    m_predict.stepDone(report->skipped);
    m_segments.phases().tickDone();
    if (report->skipped)
        return judgeSkip();
    if (const DivergenceFinding finding = m_recovery.stepDone(report->loss, report->gradNorm);
        finding.level == DivergenceLevel::Critical)
        return rollBack(finding, sentenceOf(finding));
    else if (finding.level != DivergenceLevel::Normal)
        TRY(m_recovery.answer(finding, sentenceOf(finding)));
    TRY(m_jumps.judge(order.step, report->loss, report->seconds));
    return m_run.step() == order.step + 1 ? evaluateAndSaveIfDue() : Status{}; // else a jump was taken back
}

Status Trainer::judgeSkip()
{
    if (m_updates.isScaled())
        return m_updates.checkOverflows();
    return rollBack(notFinite(),
        fmt::format("loss or gradients of step {} are not finite in {}; the weights are untouched",
            m_run.step(), nameOf(m_segments.plan().compute)));
}

Status Trainer::evaluateAndSaveIfDue()
{
    const TrainingConfig& training = m_run.config().training;
    const auto isDue = [&](std::int64_t interval) { return interval > 0 && m_run.step() % interval == 0; };
    bool isBest = false;
    if (isDue(training.evalInterval)) {
        TRY(m_evaluations.evaluate());
        const Evaluated* best = bestEvaluation(m_run.run());
        isBest = training.keepBest && best && best->step == m_run.step();
    }
    const bool isOld
        = training.saveMinutes > 0 && m_checkpoints.secondsSinceSave() >= 60 * training.saveMinutes;
    if (!isBest && ((!isDue(training.saveInterval) && !isOld) || m_checkpoints.isRecorded()))
        return {};
    if (!m_jumps.isOnTrial())
        return m_checkpoints.tellFailure(m_ladder.ask([&] { return m_checkpoints.save(); }));
    m_jumps.missSave();
    return {};
}

Status Trainer::rollBack(const DivergenceFinding& finding, const std::string& what)
{
    if (m_jumps.isOnTrial())
        return m_jumps.reject(what);
    TRY(m_recovery.rollBack(finding, what));
    if (m_run.config().training.earlyStop.atSpike)
        m_earlyStop = fmt::format("stopped early: {}; the weights are those of step {}", what, m_run.step());
    return {};
}

RunEnded Trainer::endedBy(const Error& error)
{
    std::string message = error.message;
    if (m_jumps.isOnTrial() && !m_jumps.takeBack()) // what is saved is never a jump without a verdict
        message += "; a jump in hand could not be taken back";
    // weights are whole between updates, so what was trained can be kept
    if (m_checkpoints.isRecorded())
        message += "; what was trained is kept on disk, and resume goes on from there";
    else if (m_run.hasEngine() && !m_run.engine().isStepUntouched())
        message += "; the step had changed some weights, so the last checkpoint stands";
    else if (m_checkpoints.isInDoubt())
        message += "; weights were left between two states, so the last checkpoint stands";
    else if (m_run.hasEngine() && m_run.run().started() && !m_checkpoints.isSaved())
        if (const auto saved = m_checkpoints.save(); !saved)
            message += "; the checkpoint at this step could not be written either: " + saved.error().message;
    return m_run.end(outcomeOf(error.code), message);
}

} // namespace mantissa
