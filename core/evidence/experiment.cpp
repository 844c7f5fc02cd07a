// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment.h"

#include "core/evidence/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

namespace mantissa {

namespace {

constexpr std::size_t bootstrapFrom = 10; // seeds

bool isComplete(const Run* run)
{
    return run && run->ended() && run->ended()->outcome == Outcome::Completed
        && run->steps() >= run->config().training.maxSteps;
}

SeedResult seedResult(const PlannedRun& planned, const Run* run, const Run* baseline)
{
    SeedResult result{.seed = planned.seed, .folder = planned.folder, .evalLoss = NAN};
    if (!run)
        return result;
    if (run->ended()) {
        result.outcome = run->ended()->outcome;
        result.message = run->ended()->message;
    }
    result.steps = run->steps();
    const bool isPair = baseline && baseline != run;
    const Comparison comparison = isPair ? compareRuns({run, baseline}, 1) : compareRuns({run}, std::nullopt);
    const ComparisonRow& row = comparison.rows.front();
    result.evalLoss = row.evalLoss;
    result.peakDeviceBytes = row.peakDeviceBytes;
    result.tokensPerSecond = row.tokensPerSecond;
    if (!isPair || !isComplete(run) || !isComplete(baseline))
        return result;
    result.peakRatio = row.peakRatio;
    result.speedRatio = row.speedRatio;
    if (row.last && row.last->step == run->steps()) {
        result.deltaPercent = row.last->deltaPercent;
        if (row.last->overBatches)
            result.batchStandardError = row.last->overBatches->standardError;
    }
    return result;
}

/// The mean of what is there, or nothing.
template <class Value> std::optional<double> meanOver(const std::vector<SeedResult>& seeds, Value value)
{
    double sum = 0;
    double count = 0;
    for (const SeedResult& seed : seeds)
        if (const std::optional<double> one = value(seed)) {
            sum += *one;
            ++count;
        }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

/// A seed that settles the matter against the arm, in words; empty: none.
std::string failureOf(const ArmResult& arm)
{
    for (const SeedResult& seed : arm.seeds) {
        if (seed.outcome == Outcome::Diverged)
            return fmt::format("seed {} diverged at step {}", seed.seed, seed.steps);
        if (seed.deltaPercent && !std::isfinite(*seed.deltaPercent))
            return fmt::format("the evaluation loss of seed {} is not a finite number", seed.seed);
    }
    return {};
}

void judge(ArmResult& arm)
{
    if (const std::string failure = failureOf(arm); !failure.empty()) {
        arm.verdict = Verdict::NotReached;
        arm.reason = failure;
        return;
    }
    arm.verdict = Verdict::NotEnoughData;
    const std::size_t pairs = arm.delta ? arm.delta->seeds : 0;
    if (!arm.delta || pairs < arm.seeds.size()) {
        arm.reason = fmt::format("fewer than {} pairs of runs have completed", arm.seeds.size());
        for (const SeedResult& seed : arm.seeds)
            if (!seed.message.empty() && !seed.deltaPercent) {
                arm.reason += fmt::format("; seed {}: {}", seed.seed, seed.message);
                break; // one says what is wrong
            }
        return;
    }
    const std::string interval = fmt::format(
        "the 95 % interval is {} to {} %", signedText(arm.delta->low, 3), signedText(arm.delta->high, 3));
    if (arm.delta->high < claimedDeltaPercent) {
        arm.verdict = Verdict::Reached;
        arm.reason = fmt::format("{}, below {} %", interval, claimedDeltaPercent);
    } else if (arm.delta->low >= claimedDeltaPercent) {
        arm.verdict = Verdict::NotReached;
        arm.reason = fmt::format("{}, not below {} %", interval, claimedDeltaPercent);
    } else {
        arm.reason
            = fmt::format("{} and holds {} %: more seeds or steps would tell", interval, claimedDeltaPercent);
    }
}

void summarise(ArmResult& arm)
{
    for (const SeedResult& seed : arm.seeds)
        arm.peakDeviceBytes = std::max(arm.peakDeviceBytes, seed.peakDeviceBytes);
    const auto known = [](double value) { return value > 0 ? std::optional(value) : std::nullopt; };
    arm.tokensPerSecond
        = meanOver(arm.seeds, [&](const SeedResult& s) { return known(s.tokensPerSecond); }).value_or(0);
    if (arm.isBaseline)
        return;
    arm.peakRatio = meanOver(arm.seeds, [](const SeedResult& s) { return s.peakRatio; });
    arm.speedRatio = meanOver(arm.seeds, [](const SeedResult& s) { return s.speedRatio; });
    const auto square = [](const SeedResult& s) {
        return s.batchStandardError ? std::optional(*s.batchStandardError * *s.batchStandardError)
                                    : std::nullopt;
    };
    if (const auto meanSquare = meanOver(arm.seeds, square))
        arm.batchStandardError = std::sqrt(*meanSquare);
    std::vector<double> deltas;
    for (const SeedResult& seed : arm.seeds)
        if (seed.deltaPercent && std::isfinite(*seed.deltaPercent))
            deltas.push_back(*seed.deltaPercent);
    arm.delta = deltaInterval(deltas);
    judge(arm);
}

bool wentAsPlanned(const Run& run, const RunConfig& config)
{
    const auto& segments = run.segments();
    return std::all_of(segments.begin(), segments.end(), [&](const Segment& segment) {
        return segment.start->plan == config.choices.resolve(segment.start->phase);
    });
}

/// What a reader of the numbers has to know.
std::vector<std::string> warningsOf(
    const std::vector<PlannedRun>& planned, const std::vector<const Run*>& runs)
{
    std::vector<std::string> warnings;
    std::set<std::string> devices;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i])
            continue;
        if (runs[i]->started())
            devices.insert(runs[i]->started()->device);
        if (runs[i]->castMismatches() > 0)
            warnings.push_back(fmt::format("{}: {} elements changed in casts, which is a fault",
                planned[i].folder, runs[i]->castMismatches()));
        if (const Run* baseline = runs[i - planned[i].arm];
            baseline && isOtherData(runs[i]->data(), baseline->data()))
            warnings.push_back(
                fmt::format("{} learned from other data than the baseline and has no delta; remove "
                            "the folder that learned from the wrong ones and repeat",
                    planned[i].folder));
        if (const auto uneven = unevenSteps(*runs[i]))
            warnings.push_back(fmt::format("{}: {}", planned[i].folder, *uneven));
        if (planned[i].arm == 0 && !wentAsPlanned(*runs[i], planned[i].config))
            warnings.push_back(
                fmt::format("{}: to fit its budget the baseline did not go as plain FP32 does, and bytes and "
                            "speed are compared with "
                            "that; give memory.budget to the arms alone to compare with plain FP32",
                    planned[i].folder));
    }
    if (devices.size() > 1)
        warnings.push_back(fmt::format("the runs were made on different devices ({}); ratios of bytes mean "
                                       "little, and those of speed are left out",
            fmt::join(devices, "; ")));
    return warnings;
}

} // namespace

std::string_view nameOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Reached:
        return "reached";
    case Verdict::NotReached:
        return "not_reached";
    case Verdict::NotEnoughData:
        return "not_enough_data";
    }
    return {};
}

std::string_view nameOf(IntervalMethod method)
{
    return method == IntervalMethod::PairedT ? "paired_t" : "bootstrap";
}

std::optional<DeltaInterval> deltaInterval(const std::vector<double>& deltas)
{
    const auto student = meanInterval(deltas);
    if (!student)
        return std::nullopt;
    DeltaInterval interval{
        .mean = student->mean, .low = student->low(), .high = student->high(), .seeds = deltas.size()};
    if (deltas.size() >= bootstrapFrom) {
        const auto bounds = bootstrapBounds(deltas);
        interval.low = bounds->low;
        interval.high = bounds->high;
        interval.method = IntervalMethod::Bootstrap;
    }
    return interval;
}

std::size_t ExperimentResult::endedRuns() const
{
    const auto isEnded = [](const SeedResult& seed) {
        return seed.outcome && *seed.outcome != Outcome::Interrupted && *seed.outcome != Outcome::Stopped;
    };
    std::size_t ended = 0;
    for (const ArmResult& arm : arms)
        ended += static_cast<std::size_t>(std::count_if(arm.seeds.begin(), arm.seeds.end(), isEnded));
    return ended;
}

ExperimentResult resultOf(
    const ExperimentPlan& plan, const std::vector<const Run*>& runs, const std::vector<std::string>& refusals)
{
    const std::vector<PlannedRun> planned = runsOf(plan);
    assert(planned.size() == runs.size());
    ExperimentResult result{.name = plan.name, .seeds = plan.seeds};
    for (const ExperimentArm& arm : plan.arms)
        result.arms.push_back({.name = arm.name, .isBaseline = result.arms.empty(), .config = arm.config});
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const Run* baseline = runs[i - planned[i].arm]; // arms of a seed stand together, the baseline first
        SeedResult seed = seedResult(planned[i], runs[i], baseline);
        if (!refusals.empty() && !refusals[i].empty())
            seed.message = refusals[i];
        result.arms[planned[i].arm].seeds.push_back(std::move(seed));
        if (result.device.empty() && runs[i] && runs[i]->started())
            result.device = runs[i]->started()->device;
    }
    for (ArmResult& arm : result.arms)
        summarise(arm);
    result.warnings = warningsOf(planned, runs);
    for (const ArmResult& arm : result.arms)
        for (const SeedResult& seed : arm.seeds)
            if (!seed.message.empty() && seed.outcome != Outcome::Diverged) // that is a result
                result.warnings.push_back(fmt::format("{}: {}", seed.folder, seed.message));
    return result;
}

bool isFinal(const Run& run)
{
    return isComplete(&run) || (run.ended() && run.ended()->outcome == Outcome::Diverged);
}

} // namespace mantissa
