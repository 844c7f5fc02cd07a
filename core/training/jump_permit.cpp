// SPDX-License-Identifier: Apache-2.0
#include "core/training/jump_permit.h"

#include "core/training/learning_rate.h"
#include "core/training/readout_race.h"

#include <fmt/format.h>

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
constexpr int mostChecks = 3; // after K, 2K and 4K steps

LossSlope courseBefore(const Run& run, const JumpHistory& history)
{
    std::vector<double> losses;
    const Series& loss = run.columns().loss;
    for (std::int64_t tick = run.ticks();
         tick-- > history.lastTick && static_cast<std::int64_t>(losses.size()) < longestHistory;)
        if (const Segment* segment = run.segmentAt(tick);
            std::isfinite(loss.at(tick)) && segment && segment->start->phase != Phase::Warmup)
            losses.push_back(static_cast<double>(loss.at(tick)));
    std::reverse(losses.begin(), losses.end());
    return static_cast<std::int64_t>(losses.size()) < shortestHistory ? LossSlope{} : slopeOf(losses);
}

/// The most checks whose trial, rejected at the last of them, fits the budget; 0: none does, and `refusal`
/// says so.
int affordableChecks(const RunInHand& run, const JumpHistory& history, std::string& refusal)
{
    const std::int64_t steps = correctStepsOfJump(run.config().phases);
    const double step = run.run().recentStepSeconds();
    const double budget = step > 0 ? plannedShare * jumpBudgetSeconds(run, history) / step : 0;
    double worst = 0;
    for (int checks = mostChecks; checks > 0; --checks) {
        const std::int64_t last = steps << (checks - 1);
        // its steps and the reference passes, each about a third of a step
        worst = static_cast<double>(last) + static_cast<double>(checks * (steps / 2)) / 3 + 2;
        if (worst <= budget && run.step() + last < run.maxSteps())
            return checks;
    }
    refusal = fmt::format("a trial that fails would cost {:.0f} steps, and {:.0f} are left of 2 % of the run",
        worst, std::max(0.0, budget));
    return 0;
}

std::string whyTooCrooked(const RunInHand& run)
{
    const double cosine = run.readouts().cosine();
    const OptimizerConfig& optimizer = run.config().optimizer;
    const bool isLow
        = learningRateAt(optimizer, run.step(), run.maxSteps()) < lowRate * optimizer.learningRate;
    const double least = isLow ? leastCosine : leastCosineAnywhere;
    if (std::isnan(cosine))
        return "two successive displacements are not there yet";
    if (!(cosine >= least))
        return fmt::format(
            "successive displacements have cosine {:.2f}, and {} is asked for at this rate", cosine, least);
    return {};
}

} // namespace

std::int64_t correctStepsOfJump(const PhasesConfig& phases)
{
    return std::max<std::int64_t>(16, windowLength(phases) / 2);
}

double jumpBudgetSeconds(const RunInHand& run, const JumpHistory& history)
{
    const double whole = run.run().seconds()
        + run.run().recentStepSeconds() * static_cast<double>(run.maxSteps() - run.step());
    return budgetShare * whole - history.spentSeconds;
}

JumpPermit jumpPermit(
    const RunInHand& run, const PlansInForce& plans, const JumpHistory& history, bool keepsSnapshots)
{
    const JumpChoice choice = run.config().phases.jump;
    const std::int64_t length = windowLength(run.config().phases);
    const std::int64_t whole
        = std::max<std::int64_t>(1, length / std::max<std::int64_t>(1, length / enoughPoints));
    const ReadoutWindows windows = run.readouts().windows();
    JumpPermit permit{.slope = courseBefore(run.run(), history)};
    if (!keepsSnapshots)
        permit.refusal = "memory.snapshots allows no copy of weights and moments to go back to";
    else if (std::ranges::any_of(allPhases, [&](Phase phase) { return restsOnDisk(plans.of(phase)); }))
        permit.refusal
            = "states that rest on disk are the run's checkpoint, and a jump without a verdict must "
              "not be in it";
    else if (windows.count < whole || windows.beforeCount < whole)
        permit.refusal = "two full windows are not there yet";
    else if (run.step() + correctStepsOfJump(run.config().phases) >= run.maxSteps())
        permit.refusal = "the run ends before a verdict";
    else if (choice == JumpChoice::Reject || choice == JumpChoice::Naive)
        return permit; // controls of experiments, which ask for nothing more
    else if (history.failures >= mostFailures)
        permit.refusal = "two trials in a row have failed";
    else if (history.lastStep >= 0
        && run.step() < history.lastStep + 2 * length * (std::int64_t{1} << history.failures))
        permit.refusal = "the last trial is too near";
    else if (!permit.slope.isClear())
        permit.refusal = "the loss falls too slowly for its noise to measure a lead";
    else
        permit.checks = affordableChecks(run, history, permit.refusal);
    if (permit.refusal.empty() && choice != JumpChoice::Random)
        permit.refusal = whyTooCrooked(run);
    return permit;
}

} // namespace mantissa
