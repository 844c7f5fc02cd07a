// SPDX-License-Identifier: Apache-2.0
#include "core/training/trainer.h"

#include "core/precision/preset_difference.h"
#include "core/record/checkpoint.h"
#include "core/record/environment.h"
#include "core/record/run_summary.h"
#include "core/training/learning_rate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr auto tableEdited = "table edited";

Outcome outcomeOf(ExitCode code)
{
    return code == ExitCode::OutOfMemory ? Outcome::OutOfMemory
        : code == ExitCode::Diverged     ? Outcome::Diverged
                                         : Outcome::Failed;
}

} // namespace

Trainer::Trainer(TrainerSetup setup, BackendFactory makeBackend, EventChannel& channel, Mailbox& mailbox)
    : m_setup(std::move(setup))
    , m_makeBackend(std::move(makeBackend))
    , m_channel(channel)
    , m_mailbox(mailbox)
    , m_phases(m_setup.config.phases)
    , m_monitor(m_setup.config.phases.divergenceThreshold)
    , m_choices(m_setup.config.choices)
{
}

Result<RunEnded> Trainer::train()
{
    m_startSeconds = unixNow();
    if (const auto status = prepare(); !status) {
        // the folder is ours and the log open: leave a word in it
        if (m_backendAsked)
            endedBy(status.error());
        return fail(status.error());
    }
    const RunEnded end = runLoop();
    return end;
}

Status Trainer::prepare()
{
    auto lock = RunLock::take(m_setup.folder);
    if (!lock)
        return fail(lock.error());
    m_lock = std::move(*lock);
    auto run = openRun(m_setup.folder);
    if (!run)
        return fail(run.error());
    m_run = m_setup.resume ? std::move(*run) : Run(m_setup.config, m_setup.folder);
    TRY(m_log.open(m_setup.folder / "events.jsonl"));
    m_backendAsked = true;
    TRY(fitToBudget());
    if (m_setup.resume)
        TRY(restore());
    RunConfig config = m_setup.config;
    config.choices = m_choices;
    m_mustStep = m_isRecorded;
    TRY(measureTrial(config));
    auto backend = m_makeBackend({.config = config, .statesFile = statesFile(), .goesOn = m_isRecorded});
    if (!backend)
        return fail(backend.error());
    m_backend = std::move(*backend);
    m_backend->keepStates(m_isRecorded);
    const BackendFacts facts = m_backend->facts();
    Json environment = machineEnvironment();
    if (const auto engine
        = parseJson(facts.environmentJson.empty() ? "{}" : facts.environmentJson, "the engine's environment"))
        environment.update(*engine);
    TRY(writeFileAtomically(m_setup.folder / "environment.json", environment.dump(2) + "\n"));
    if (m_loadFrom)
        TRY(m_backend->load(*m_loadFrom));
    TRY(emit(RunStarted{.unixSeconds = m_startSeconds,
        .tick = m_at.tick,
        .step = m_at.step,
        .parameters = facts.parameters,
        .tokensPerStep = facts.tokensPerStep,
        .device = facts.device,
        .lastStep = m_setup.config.training.maxSteps}));
    if (m_trialBefore)
        TRY(emit(*m_trialBefore));
    TRY(prepareSnapshots());
    m_notices.insert(m_notices.end(), facts.notices.begin(), facts.notices.end());
    for (const std::string& text : std::exchange(m_notices, {}))
        TRY(notice(Severity::Info, text));
    if (m_choices.table
        != m_run.table()) // an edit at the checkpoint's own tick: its event was dropped with that tick
        return emit(TableChanged{m_at.tick, m_at.step, m_choices.table});
    return {};
}

std::filesystem::path Trainer::statesFile() const
{
    const auto& scratch = m_setup.config.memory.scratch;
    return scratch.empty()
        ? m_setup.folder / "states"
        : std::filesystem::path(scratch) / (m_setup.folder.filename().string() + ".states");
}

RunEnded Trainer::runLoop()
{
    const std::int64_t maxSteps = m_setup.config.training.maxSteps;
    Status status;
    Outcome outcome = Outcome::Completed;
    while (status && m_at.step < maxSteps) {
        if (m_mailbox.waitWhilePaused())
            status = notice(Severity::Info, "paused and gone on");
        const StopRequest stop = m_mailbox.stopRequested();
        if (stop != StopRequest::None && !m_mustStep) {
            if (status && m_trial)
                status = rejectJump("the run is to stop", {NAN, NAN, 0});
            outcome = stop == StopRequest::Stop ? Outcome::Stopped : Outcome::Interrupted;
            break;
        }
        if (status)
            status = tick();
    }
    if (status && outcome != Outcome::Interrupted && m_lastEvaluatedStep != m_at.step)
        status = evaluate();
    if (status && outcome == Outcome::Completed)
        status = estimateAtTheEnd();
    if (!status)
        return endedBy(status.error());
    if (m_isRecorded && outcome == Outcome::Interrupted) {
        if (const auto recorded = recordStates(); !recorded)
            return end(Outcome::Failed, recorded.error().message);
        return end(outcome, "");
    }
    if (m_lastSavedStep != m_at.step)
        if (const auto saved = saveCheckpoint(); !saved)
            return end(Outcome::Failed, saved.error().message);
    forgetStates();
    return end(outcome, "");
}

Status Trainer::tick()
{
    TRY(takeCommands());
    if (m_raised && m_at.step >= m_raised->untilStep) {
        if (m_segmentPhase == m_raised->phase)
            m_segmentReason = "recovered: the table's format again";
        m_raised.reset();
    }
    TRY(considerJump());
    const PhaseDecision decision = m_phases.current();
    if (m_segmentPhase != decision.phase || m_segmentPlan != planOf(decision.phase))
        TRY(enterSegment(decision));
    if (m_at.tick == 0 && m_lastEvaluatedStep < 0)
        TRY(evaluate());
    TRY(estimateIfDue());
    if (m_trial && !m_trial->isMade)
        return makeJump();
    TRY(keepSnapshotIfDue());
    return decision.phase == Phase::Predict ? doProbe() : doStep();
}

Status Trainer::takeCommands()
{
    if (m_mustStep)
        return {};
    if (const auto table = m_mailbox.takeTable(); table && *table != m_choices.table) {
        RunConfig changed = m_setup.config;
        changed.choices = m_choices;
        changed.choices.table = *table;
        if (const auto allowed = check(changed); !allowed)
            return notice(Severity::Warning, "the edited table was not taken: " + allowed.error().message);
        const std::string edits
            = fmt::format("table edited: {}", fmt::join(settingsBetween(m_choices, changed.choices), ", "));
        m_choices.table = *table;
        m_parking.forget();
        m_unparked.reset();
        m_segmentReason = tableEdited;
        TRY(emit(TableChanged{m_at.tick, m_at.step, *table}));
        TRY(notice(Severity::Info, edits));
    }
    m_wantsNumbers = m_mailbox.takeNumbersRequest() || m_wantsNumbers;
    return !m_trial && m_mailbox.takeSnapshotRequest() ? saveCheckpoint() : Status{};
}

Status Trainer::enterSegment(const PhaseDecision& decision)
{
    if (m_segmentPhase != decision.phase) {
        if (decision.phase == Phase::Predict && (!m_resumedInside || !m_race))
            beginRace();
        if (decision.phase == Phase::Predict)
            TRY(judgeParking());
        m_resumedInside = false;
    }
    std::string reason = std::exchange(m_segmentReason, {});
    if (reason.empty()
        || (reason == tableEdited && m_segmentPhase
            && m_segmentPhase != decision.phase)) // the edit was of a phase that came later
        reason = decision.reason;
    return askWithinBudget([&] { return enterPlan(decision.phase, reason); });
}

Status Trainer::enterPlan(Phase phase, const std::string& reason)
{
    const ResolvedPlan plan = planOf(phase);
    if (m_isRecorded && !restsOnDisk(plan)) { // the states leave the disk, or part of them
        TRY(saveCheckpoint());
        forgetStates();
    }
    const auto report = m_backend->enter(phase, plan);
    if (!report)
        return fail(report.error());
    if (phase == Phase::Predict)
        m_parking.entered(report->moveBytes, report->moveSeconds);
    else if (m_segmentPhase == Phase::Predict)
        m_parking.left(report->moveSeconds);
    m_segmentPhase = phase;
    m_segmentPlan = plan;
    for (const std::string& text : report->notices)
        TRY(notice(Severity::Info, text));
    return emit(SegmentStarted{.tick = m_at.tick,
        .step = m_at.step,
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

NumberLook Trainer::lookOf(std::int64_t step) const
{
    const std::int64_t interval = m_setup.config.training.numbersInterval;
    if (m_wantsNumbers)
        return NumberLook::Exact;
    return interval > 0 && (step + 1) % interval == 0 ? NumberLook::Sampled : NumberLook::None;
}

Status Trainer::doStep()
{
    const RunConfig& config = m_setup.config;
    const bool scales = m_segmentPlan.compute == Precision::Fp16;
    StepOrder order{.step = m_at.step,
        .learningRate = learningRateAt(config.optimizer, m_at.step, config.training.maxSteps),
        .lossScale = scales ? m_lossScale.value() : 1.0,
        .numbers = lookOf(m_at.step)};
    const std::int64_t window = collect(order);
    if (restsOnDisk(m_segmentPlan)) {
        TRY(checkStates());
        TRY(recordStates());
    }
    const auto report = askWithinBudget([&] { return m_backend->step(order); });
    if (!report && report.error().code == ExitCode::Diverged)
        return rollBack(
            {.level = DivergenceLevel::Critical, .signal = DivergenceSignal::NotFinite, .value = NAN},
            report.error().message);
    if (!report)
        return fail(report.error());
    m_mustStep = false;
    m_parking.left(report->costs.moveWaitSeconds);
    TRY(emit(StepDone{.tick = m_at.tick,
        .step = m_at.step,
        .loss = report->loss,
        .gradNorm = report->gradNorm,
        .learningRate = order.learningRate,
        .seconds = report->seconds,
        .lossScale = order.lossScale,
        .skipped = report->skipped,
        .memory = report->memory}));
    if (!report->numbers.empty()) {
        m_wantsNumbers = m_wantsNumbers && order.numbers != NumberLook::Exact;
        TRY(emit(NumbersMeasured{.tick = m_at.tick,
            .step = m_at.step,
            .isExact = order.numbers == NumberLook::Exact,
            .seconds = report->numbersSeconds,
            .groups = report->numbers}));
    }
    ++m_at.tick;
    m_at.step += report->skipped ? 0 : 1;
    if (!report->skipped)
        m_window = window;
    if (scales)
        m_lossScale.stepDone(report->skipped);
    m_phases.tickDone();
    if (report->skipped)
        return judgeSkip(scales);
    if (const DivergenceFinding finding = m_monitor.stepDone(report->loss, report->gradNorm);
        finding.level == DivergenceLevel::Critical)
        return rollBack(finding, sentenceOf(finding));
    else if (finding.level != DivergenceLevel::Normal)
        TRY(answer(finding, sentenceOf(finding)));
    if (const auto status = judgeJump(order.step, report->loss, report->seconds);
        !status || m_at.step != order.step + 1)
        return status; // a jump was taken back
    const auto due = [&](std::int64_t interval) { return interval > 0 && m_at.step % interval == 0; };
    if (due(config.training.evalInterval))
        TRY(evaluate());
    if (!due(config.training.saveInterval) || m_isRecorded)
        return {};
    if (m_trial)
        m_trial->missesSave = true;
    return m_trial ? Status{} : saveIfPossible();
}

Status Trainer::judgeSkip(bool scales)
{
    if (!scales)
        return rollBack(
            {.level = DivergenceLevel::Critical, .signal = DivergenceSignal::NotFinite, .value = NAN},
            fmt::format("loss or gradients of step {} are not finite in {}; the weights are untouched",
                m_at.step, nameOf(m_segmentPlan.compute)));
    if (m_lossScale.isHopeless())
        return fail(fmt::format("FP16 overflowed in 20 of the last 100 steps (loss scale now {}); choose "
                                "bf16 or fp32 for {} and resume",
                        m_lossScale.value(), nameOf(*m_segmentPhase)),
            ExitCode::Diverged);
    return {};
}

Status Trainer::evaluate()
{
    const auto report
        = askWithinBudget([&] { return m_backend->evaluate(m_choices.resolve(Phase::Full).compute); });
    if (!report)
        return fail(report.error());
    m_lastEvaluatedStep = m_at.step;
    return emit(Evaluated{.tick = m_at.tick,
        .step = m_at.step,
        .trainedTokens = m_at.step * m_run.started()->tokensPerStep,
        .loss = report->loss,
        .accuracy = report->accuracy,
        .batchLosses = report->batchLosses,
        .seconds = report->seconds,
        .memory = report->memory});
}

Status Trainer::emit(RunEvent event)
{
    if (const auto status = m_log.append(event); !status) {
        m_channel.push(std::move(event));
        return status;
    }
    m_run.apply(event);
    m_channel.push(std::move(event));
    return {};
}

Status Trainer::notice(Severity severity, std::string text)
{
    return emit(Notice{m_at.tick, severity, std::move(text)});
}

RunEnded Trainer::end(Outcome outcome, const std::string& message)
{
    RunEnded ended{.tick = m_at.tick,
        .step = m_at.step,
        .outcome = outcome,
        .message = message,
        .seconds = unixNow() - m_startSeconds};
    Status status = emit(ended);
    if (status)
        status = writeFileAtomically(m_setup.folder / "summary.json", summaryOf(m_run).dump(2) + "\n");
    if (!status && outcome == Outcome::Completed) {
        ended.outcome = Outcome::Failed;
        ended.message = status.error().message;
    }
    return ended;
}

RunEnded Trainer::endedBy(const Error& error)
{
    std::string message = error.message;
    if (m_trial) // what is saved is never a jump without a verdict
        if (const auto back = (m_trial.reset(), goBack()); !back || !*back)
            message += "; a jump in hand could not be taken back";
    // weights are whole between updates, so what was trained can be kept
    if (m_isRecorded)
        message += "; what was trained is kept on disk, and resume goes on from there";
    else if (m_backend && !m_backend->isStepUntouched())
        message += "; the step had changed some weights, so the last checkpoint stands";
    else if (m_backend && m_run.started() && m_lastSavedStep != m_at.step)
        if (const auto saved = saveCheckpoint(); !saved)
            message += "; the checkpoint at this step could not be written either: " + saved.error().message;
    return end(outcomeOf(error.code), message);
}

} // namespace mantissa
