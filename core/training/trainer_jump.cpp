// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that tries jumps: w + lead (A - B), then Correct, then a verdict in steps, or back
// to the last bit.

#include "core/record/environment.h"
#include "core/training/learning_rate.h"
#include "core/training/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr double budgetShare = 0.02; // of the run's time, for all that jumps cost and throw away
constexpr double plannedShare
    = 0.8; // of that: what a trial may be expected to cost; the rest is for a machine that turns slower
constexpr double leastCosine
    = 0.7; // of successive displacements, where the rate is low: below it jumps do not stick
constexpr double leastCosineAnywhere = 0.85;
constexpr double lowRate = 0.5; // of the peak
constexpr std::int64_t mostFailures = 2;
constexpr std::int64_t longestHistory = 256; // steps that the slope is fitted to
constexpr std::int64_t shortestHistory = 64;
constexpr double mostLossAtJump = 0.5; // nats above the loss before it
constexpr int mostChecks = 3; // after K, 2K and 4K steps

} // namespace

std::int64_t Trainer::windowLength() const
{
    return std::min(m_setup.config.phases.fullSteps, longestWindow);
}

std::int64_t Trainer::correctStepsOfJump() const { return std::max<std::int64_t>(16, windowLength() / 2); }

double Trainer::jumpBudgetSeconds() const
{
    const double whole = m_run.seconds()
        + m_run.recentStepSeconds() * static_cast<double>(m_setup.config.training.maxSteps - m_at.step);
    return budgetShare * whole - m_jumps.spentSeconds;
}

LossSlope Trainer::courseBefore() const
{
    std::vector<double> losses;
    const Series& loss = m_run.columns().loss;
    for (std::int64_t tick = m_run.ticks();
         tick-- > m_jumps.lastTick && static_cast<std::int64_t>(losses.size()) < longestHistory;)
        if (const Segment* segment = m_run.segmentAt(tick);
            std::isfinite(loss.at(tick)) && segment && segment->start->phase != Phase::Warmup)
            losses.push_back(static_cast<double>(loss.at(tick)));
    std::reverse(losses.begin(), losses.end());
    return static_cast<std::int64_t>(losses.size()) < shortestHistory ? LossSlope{} : slopeOf(losses);
}

std::string Trainer::whyNoJump(const LossSlope& slope, int& checks) const
{
    const JumpChoice choice = m_setup.config.phases.jump;
    const ReadoutWindows windows = m_backend->readoutWindows();
    const std::int64_t steps = correctStepsOfJump();
    const std::int64_t whole = std::max<std::int64_t>(
        1, windowLength() / std::max<std::int64_t>(1, windowLength() / enoughPoints));
    if (!m_keepsSnapshots)
        return "memory.snapshots allows no copy of weights and moments to go back to";
    if (windows.count < whole || windows.beforeCount < whole)
        return "two full windows are not there yet";
    checks = 1;
    if (m_at.step + steps >= m_setup.config.training.maxSteps)
        return "the run ends before a verdict";
    if (choice == JumpChoice::Reject || choice == JumpChoice::Naive)
        return {};
    if (m_jumps.failures >= mostFailures)
        return "two trials in a row have failed";
    if (m_jumps.lastStep >= 0
        && m_at.step < m_jumps.lastStep + 2 * windowLength() * (std::int64_t{1} << m_jumps.failures))
        return "the last trial is too near";
    if (!slope.isClear())
        return "the loss falls too slowly for its noise to measure a lead";
    // what a trial costs that is rejected at its last check: its steps and the reference passes, each about a
    // third of a step
    const double budget
        = m_run.recentStepSeconds() > 0 ? plannedShare * jumpBudgetSeconds() / m_run.recentStepSeconds() : 0;
    double worst = 0;
    for (checks = mostChecks; checks > 0; --checks) {
        const std::int64_t last = steps << (checks - 1);
        worst = static_cast<double>(last) + static_cast<double>(checks * (steps / 2)) / 3 + 2;
        if (worst <= budget && m_at.step + last < m_setup.config.training.maxSteps)
            break;
    }
    if (checks == 0)
        return fmt::format(
            "a trial that fails would cost {:.0f} steps, and {:.0f} are left of 2 % of the run", worst,
            std::max(0.0, budget));
    if (choice == JumpChoice::Random)
        return {};
    const double cosine = m_backend->readoutCosine();
    const OptimizerConfig& optimizer = m_setup.config.optimizer;
    const bool isLow = learningRateAt(optimizer, m_at.step, m_setup.config.training.maxSteps)
        < lowRate * optimizer.learningRate;
    if (std::isnan(cosine))
        return "two successive displacements are not there yet";
    if (!(cosine >= (isLow ? leastCosine : leastCosineAnywhere)))
        return fmt::format("successive displacements have cosine {:.2f}, and {} is asked for at this rate",
            cosine, isLow ? leastCosine : leastCosineAnywhere);
    return {};
}

Status Trainer::considerJump()
{
    if (!std::exchange(m_isJumpDue, false) || m_trial || m_setup.config.phases.jump == JumpChoice::Off)
        return {};
    const LossSlope slope = courseBefore();
    int checks = 1;
    const std::string reason = whyNoJump(slope, checks);
    if (!reason.empty()) {
        const std::string text = "no jump at step " + std::to_string(m_at.step) + ": " + reason;
        return std::exchange(m_jumps.lastReason, reason) == reason ? Status{} : notice(Severity::Info, text);
    }
    m_jumps.lastReason.clear();
    const double start = unixNow();
    if (const auto kept = m_backend->keepSnapshot(); !kept) {
        m_snapshot.clear();
        return notice(Severity::Warning, "no jump: " + kept.error().message);
    }
    m_snapshot = position().dump();
    m_snapshotStep = m_at.step;
    m_trial = JumpInHand{
        .course = JumpTrial(m_at.step, correctStepsOfJump(), checks, slope), .seconds = unixNow() - start};
    m_phases.correctFor(
        correctStepsOfJump(), fmt::format("a jump is tried: {} steps to judge it by", correctStepsOfJump()));
    m_segmentPhase.reset();
    return {};
}

Status Trainer::makeJump()
{
    if (!m_trial || m_trial->isMade)
        return {};
    m_trial->isMade = true;
    const double start = unixNow();
    const JumpChoice choice = m_setup.config.phases.jump;
    const bool refers = choice != JumpChoice::Naive && choice != JumpChoice::Reject;
    for (const std::int64_t step : refers ? m_trial->course.referenceSteps() : std::vector<std::int64_t>{}) {
        const auto seen = m_backend->probe(ProbeOrder{.step = step, .leads = {}});
        if (!seen)
            return fail(seen.error());
        m_trial->course.refer(step, seen->loss);
    }
    JumpMade made{.tick = m_at.tick,
        .step = m_at.step,
        .lead = m_jumps.lead,
        .cosine = m_backend->readoutCosine(),
        .correctSteps = correctStepsOfJump()};
    const auto before = m_backend->probe(ProbeOrder{.step = m_at.step, .leads = {}});
    if (!before)
        return fail(before.error());
    const auto jumped = m_backend->jump(
        {.lead = m_jumps.lead, .step = m_at.step, .isRandom = choice == JumpChoice::Random});
    if (!jumped)
        return fail(jumped.error());
    const auto after = m_backend->probe(ProbeOrder{.step = m_at.step, .leads = {}});
    if (!after)
        return fail(after.error());
    m_window = -1;
    m_backend->resetReadout(); // windows do not reach over a jump
    made.lossBefore = before->loss;
    made.lossAfter = after->loss;
    made.shareOfWeights = jumped->shareOfWeights;
    made.seconds = unixNow() - start;
    m_trial->seconds += made.seconds;
    m_trial->course.setCost(m_run.recentStepSeconds() > 0 ? m_trial->seconds / m_run.recentStepSeconds() : 0);
    TRY(emit(made));
    if (choice == JumpChoice::Naive)
        return acceptJump("naive: nothing is asked", {NAN, NAN, NAN});
    if (!(made.lossAfter < made.lossBefore + mostLossAtJump))
        return rejectJump(
            fmt::format("the loss at the jump is {:.3f}, {:.3f} before it", made.lossAfter, made.lossBefore),
            {NAN, NAN, 0});
    return {};
}

Status Trainer::judgeJump(std::int64_t step, double loss, double seconds)
{
    if (!m_trial || !m_trial->isMade)
        return {};
    JumpTrial& course = m_trial->course;
    course.stepped(step, loss);
    m_trial->seconds += seconds;
    const JumpChoice choice = m_setup.config.phases.jump;
    if (!course.isCheck(step)) {
        // the last twentieth is for going back
        const bool isSpent = m_trial->seconds > 0.95 * jumpBudgetSeconds();
        return isSpent && choice != JumpChoice::Reject && choice != JumpChoice::Naive
            ? rejectJump("2 % of the run's time are spent", {NAN, NAN, 0})
            : Status{};
    }
    if (choice == JumpChoice::Reject)
        return rejectJump("every jump is judged a failure, as asked", {NAN, NAN, 0});
    const JumpTrial::Lead lead = course.lead();
    const std::string finding = fmt::format(
        "{:.1f} steps ahead (90 % sure of {:.1f}), cost {:.1f}", lead.steps, lead.low, course.costSteps());
    if (!(lead.low > course.costSteps()))
        return rejectJump(finding, lead);
    return course.isLastCheck(step) ? acceptJump(finding, lead) : Status{};
}

Status Trainer::acceptJump(const std::string& finding, const JumpTrial::Lead& lead)
{
    const JumpInHand trial = *std::exchange(m_trial, std::nullopt);
    const std::int64_t from = trial.course.fromStep();
    if (m_setup.config.phases.jump != JumpChoice::Naive) {
        m_jumps.spentSeconds += trial.course.costSteps() * m_run.recentStepSeconds();
        m_jumps.failures = 0;
        m_jumps.lead = ++m_jumps.successes >= 2 ? 2 : m_jumps.lead;
    }
    m_jumps.lastStep = from;
    m_jumps.lastTick = m_at.tick;
    TRY(emit(JumpJudged{.tick = m_at.tick,
        .step = m_at.step,
        .fromStep = from,
        .verdict = JumpVerdict::Accepted,
        .leadSteps = lead.steps,
        .leadLow = lead.low,
        .costSteps = trial.course.costSteps(),
        .confidence = lead.confidence,
        .toStep = m_at.step,
        .text = fmt::format("jump at step {} kept: {}", from, finding)}));
    return trial.missesSave ? saveIfPossible() : Status{};
}

Status Trainer::rejectJump(const std::string& finding, const JumpTrial::Lead& lead)
{
    JumpInHand trial = *std::exchange(m_trial, std::nullopt);
    JumpJudged judged{.tick = m_at.tick,
        .step = m_at.step,
        .fromStep = trial.course.fromStep(),
        .leadSteps = lead.steps,
        .leadLow = lead.low,
        .costSteps = trial.course.costSteps(),
        .confidence = lead.confidence};
    const double start = unixNow();
    const auto back = goBack();
    if (!back)
        return fail("a jump was to be taken back: " + back.error().message);
    trial.seconds += unixNow() - start;
    judged.trialSeconds = trial.seconds;
    judged.toStep = m_at.step;
    judged.text
        = fmt::format("jump at step {} taken back from step {}: {}", judged.fromStep, judged.step, finding);
    m_jumps.spentSeconds += trial.seconds;
    ++m_jumps.failures;
    m_jumps.successes = 0;
    m_jumps.lead = 0.5;
    m_jumps.lastStep = judged.fromStep;
    m_jumps.lastTick = m_at.tick;
    m_segmentReason = "the jump was taken back";
    return emit(judged);
}

Json Trainer::jumpsState() const
{
    return {{"lead", m_jumps.lead}, {"successes", m_jumps.successes}, {"failures", m_jumps.failures},
        {"last_step", m_jumps.lastStep}, {"last_tick", m_jumps.lastTick},
        {"spent_seconds", m_jumps.spentSeconds}};
}

void Trainer::takeJumps(const Json& state)
{
    m_jumps.lead = state.value("lead", m_jumps.lead);
    m_jumps.successes = state.value("successes", m_jumps.successes);
    m_jumps.failures = state.value("failures", m_jumps.failures);
    m_jumps.lastStep = state.value("last_step", m_jumps.lastStep);
    m_jumps.lastTick = state.value("last_tick", m_jumps.lastTick);
    m_jumps.spentSeconds = state.value("spent_seconds", m_jumps.spentSeconds);
}

} // namespace mantissa
