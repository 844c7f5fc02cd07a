// SPDX-License-Identifier: Apache-2.0
#include "core/training/jump_trials.h"

#include "core/base/seconds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <utility>

namespace mantissa {

namespace {

constexpr double mostLossAtJump = 0.5; // nats above the loss before it
constexpr double spendableShare = 0.95; // of the budget: the last twentieth is for going back

/// Controls of experiments, whose course is not asked for.
bool isControl(JumpChoice choice) { return choice == JumpChoice::Reject || choice == JumpChoice::Naive; }

} // namespace

JumpTrials::JumpTrials(RunInHand& run, PlansInForce& plans, Segments& segments, BudgetLadder& ladder,
    CheckpointKeeper& checkpoints, Recovery& recovery, PredictBlock& predict)
    : m_run(run)
    , m_plans(plans)
    , m_segments(segments)
    , m_ladder(ladder)
    , m_checkpoints(checkpoints)
    , m_recovery(recovery)
    , m_predict(predict)
{
}

Status JumpTrials::consider()
{
    if (!std::exchange(m_isDue, false) || m_trial || m_run.config().phases.jump == JumpChoice::Off)
        return {};
    const JumpPermit permit = jumpPermit(m_run, m_plans, m_history, m_recovery.keepsSnapshots());
    if (!permit.refusal.empty()) {
        if (std::exchange(m_lastRefusal, permit.refusal) == permit.refusal)
            return {};
        return m_run.notice(
            Severity::Info, fmt::format("no jump at step {}: {}", m_run.step(), permit.refusal));
    }
    m_lastRefusal.clear();
    const SteadyTime start = steadyNow();
    if (const auto kept = m_recovery.keepSnapshot(); !kept)
        return m_run.notice(Severity::Warning, "no jump: " + kept.error().message);
    const std::int64_t steps = correctStepsOfJump(m_run.config().phases);
    m_trial = JumpInHand{.course = JumpTrial(m_run.step(), steps, permit.checks, permit.slope),
        .seconds = secondsSince(start)};
    m_plans.setJumpOnTrial(true);
    m_segments.phases().correctFor(steps, fmt::format("a jump is tried: {} steps to judge it by", steps));
    m_segments.leave();
    return {};
}

Result<ProbeReport> JumpTrials::lookAt(std::int64_t step)
{
    return m_ladder.ask([&] { return m_run.readouts().probe(ProbeOrder{.step = step, .leads = {}}); });
}

Status JumpTrials::make()
{
    const SteadyTime start = steadyNow();
    const JumpChoice choice = m_run.config().phases.jump;
    for (const std::int64_t step :
        isControl(choice) ? std::vector<std::int64_t>{} : m_trial->course.referenceSteps()) {
        const auto seen = lookAt(step);
        if (!seen)
            return fail(seen.error());
        m_trial->course.refer(step, seen->loss);
    }
    JumpMade made{.tick = m_run.tick(),
        .step = m_run.step(),
        .lead = m_history.lead,
        .cosine = m_run.readouts().cosine(),
        .correctSteps = correctStepsOfJump(m_run.config().phases)};
    const auto before = lookAt(m_run.step());
    if (!before)
        return fail(before.error());
    const auto jumped = m_run.readouts().jump(
        {.lead = m_history.lead, .step = m_run.step(), .isRandom = choice == JumpChoice::Random});
    if (!jumped)
        return giveUp(jumped.error());
    const auto after = lookAt(m_run.step());
    if (!after)
        return fail(after.error());
    m_trial->isMade = true;
    m_predict.forgetWindows();
    made.lossBefore = before->loss;
    made.lossAfter = after->loss;
    made.shareOfWeights = jumped->shareOfWeights;
    made.seconds = secondsSince(start);
    m_trial->seconds += made.seconds;
    const double stepSeconds = m_run.run().recentStepSeconds();
    m_trial->course.setCost(stepSeconds > 0 ? m_trial->seconds / stepSeconds : 0);
    TRY(m_run.emit(made));
    if (choice == JumpChoice::Naive)
        return accept("naive: nothing is asked", {NAN, NAN, NAN});
    if (!(made.lossAfter < made.lossBefore + mostLossAtJump))
        return reject(
            fmt::format("the loss at the jump is {:.3f}, {:.3f} before it", made.lossAfter, made.lossBefore));
    return {};
}

Status JumpTrials::judge(std::int64_t step, double loss, double seconds)
{
    if (!m_trial || !m_trial->isMade)
        return {};
    JumpTrial& course = m_trial->course;
    course.stepped(step, loss);
    m_trial->seconds += seconds;
    const JumpChoice choice = m_run.config().phases.jump;
    if (!course.isCheck(step)) {
        const bool isSpent = m_trial->seconds > spendableShare * jumpBudgetSeconds(m_run, m_history);
        return isSpent && !isControl(choice) ? reject("2 % of the run's time are spent") : Status{};
    }
    if (choice == JumpChoice::Reject)
        return reject("every jump is judged a failure, as asked");
    const JumpTrial::Lead lead = course.lead();
    const std::string finding = fmt::format(
        "{:.1f} steps ahead (90 % sure of {:.1f}), cost {:.1f}", lead.steps, lead.low, course.costSteps());
    if (!(lead.low > course.costSteps()))
        return reject(finding, lead);
    return course.isLastCheck(step) ? accept(finding, lead) : Status{};
}

JumpTrials::JumpInHand JumpTrials::take()
{
    m_plans.setJumpOnTrial(false);
    return *std::exchange(m_trial, std::nullopt);
}

Status JumpTrials::accept(const std::string& finding, const JumpTrial::Lead& lead)
{
    const JumpInHand trial = take();
    const std::int64_t from = trial.course.fromStep();
    if (m_run.config().phases.jump != JumpChoice::Naive) {
        m_history.spentSeconds += trial.course.costSteps() * m_run.run().recentStepSeconds();
        m_history.failures = 0;
        m_history.lead = ++m_history.successes >= 2 ? 2 : m_history.lead;
    }
    m_history.lastStep = from;
    m_history.lastTick = m_run.tick();
    TRY(m_run.emit(JumpJudged{.tick = m_run.tick(),
        .step = m_run.step(),
        .fromStep = from,
        .verdict = JumpVerdict::Accepted,
        .leadSteps = lead.steps,
        .leadLow = lead.low,
        .costSteps = trial.course.costSteps(),
        .confidence = lead.confidence,
        .toStep = m_run.step(),
        .text = fmt::format("jump at step {} kept: {}", from, finding)}));
    return trial.missesSave ? m_checkpoints.saveIfPossible() : Status{};
}

Status JumpTrials::reject(const std::string& finding, const JumpTrial::Lead& lead)
{
    JumpInHand trial = take();
    JumpJudged judged{.tick = m_run.tick(),
        .step = m_run.step(),
        .fromStep = trial.course.fromStep(),
        .leadSteps = lead.steps,
        .leadLow = lead.low,
        .costSteps = trial.course.costSteps(),
        .confidence = lead.confidence};
    const SteadyTime start = steadyNow();
    const auto back = m_recovery.goBack();
    if (!back)
        return fail("a jump was to be taken back: " + back.error().message);
    trial.seconds += secondsSince(start);
    judged.trialSeconds = trial.seconds;
    judged.toStep = m_run.step();
    judged.text
        = fmt::format("jump at step {} taken back from step {}: {}", judged.fromStep, judged.step, finding);
    countFailure(trial);
    m_segments.setReason("the jump was taken back");
    return m_run.emit(judged);
}

Status JumpTrials::giveUp(const Error& error)
{
    const JumpInHand trial = take();
    if (const auto back = m_recovery.goBack(); !back)
        return fail(error.message + "; the jump was to be taken back: " + back.error().message);
    if (error.code != ExitCode::OutOfMemory)
        return fail(error);
    countFailure(trial);
    m_segments.setReason("the jump was taken back");
    return m_run.notice(Severity::Warning, "no jump: " + error.message);
}

void JumpTrials::countFailure(const JumpInHand& trial)
{
    m_history.spentSeconds += trial.seconds;
    ++m_history.failures;
    m_history.successes = 0;
    m_history.lead = 0.5;
    m_history.lastStep = trial.course.fromStep();
    m_history.lastTick = m_run.tick();
}

bool JumpTrials::takeBack()
{
    take();
    const auto back = m_recovery.goBack();
    return back && *back;
}

void JumpTrials::saveState(Json& state) const
{
    state["jumps"] = {{"lead", m_history.lead}, {"successes", m_history.successes},
        {"failures", m_history.failures}, {"last_step", m_history.lastStep},
        {"last_tick", m_history.lastTick}, {"spent_seconds", m_history.spentSeconds}};
}

Status JumpTrials::takeState(const Json& state)
{
    const auto jumps = state.find("jumps");
    if (jumps == state.end() || !jumps->is_object())
        return {};
    m_history.lead = jumps->value("lead", m_history.lead);
    m_history.successes = jumps->value("successes", m_history.successes);
    m_history.failures = jumps->value("failures", m_history.failures);
    m_history.lastStep = jumps->value("last_step", m_history.lastStep);
    m_history.lastTick = jumps->value("last_tick", m_history.lastTick);
    m_history.spentSeconds = jumps->value("spent_seconds", m_history.spentSeconds);
    return {};
}

} // namespace mantissa
