// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an experiment shows: for each arm the quality delta over seeds with its interval, and a verdict on the
// claim. Pure: from runs to numbers.

#include "core/evidence/experiment_plan.h"
#include "core/evidence/quality_delta.h"
#include "core/record/run.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// On "below 0.5 %": reached when the interval's upper end is below, not reached when the lower end is not;
/// an interval that holds the claim, and pairs that are missing, are not enough data. A run that diverged has
/// not reached it.
enum class Verdict { Reached, NotReached, NotEnoughData };
enum class IntervalMethod { PairedT, Bootstrap };

std::string_view nameOf(Verdict verdict);
std::string_view nameOf(IntervalMethod method);

/// The 95 % interval of the mean delta over seeds, in percent.
struct DeltaInterval {
    double mean = 0;
    double low = 0;
    double high = 0;
    std::size_t seeds = 0;
    IntervalMethod method = IntervalMethod::PairedT;
};
/// Paired t below 10 values, bootstrap from there; nothing with fewer than two.
std::optional<DeltaInterval> deltaInterval(const std::vector<double>& deltas);

/// One arm's run with one seed beside the baseline's run with that seed.
struct SeedResult {
    std::int64_t seed = 0;
    std::string folder{};
    std::optional<Outcome> outcome{}; ///< nothing: not there, or not ended
    std::string message{}; ///< why it broke off, or could not be begun or gone on with
    std::int64_t steps = 0;
    double evalLoss = 0; ///< NaN: not known
    std::optional<double> deltaPercent{}; ///< once both runs have completed
    /// Paired over the evaluation batches: how well these windows tell this pair apart, in percent.
    std::optional<double> batchStandardError{};
    std::int64_t peakDeviceBytes = 0;
    std::optional<double> peakRatio{}; ///< to the baseline's, as the next
    double tokensPerSecond = 0;
    std::optional<double> speedRatio{};
};

struct ArmResult {
    std::string name{};
    bool isBaseline = false;
    RunConfig config{};
    std::vector<SeedResult> seeds{};
    std::optional<DeltaInterval> delta{};
    std::optional<double> batchStandardError{}; ///< of one pair: root mean square over the seeds
    std::int64_t peakDeviceBytes = 0; ///< the largest of the seeds
    std::optional<double> peakRatio{}; ///< mean over the seeds, as the next two
    double tokensPerSecond = 0;
    std::optional<double> speedRatio{};
    std::optional<Verdict> verdict{}; ///< nothing for the baseline
    std::string reason{}; ///< of the verdict, a sentence
};

struct ExperimentResult {
    std::string name{};
    std::string device{};
    std::vector<std::int64_t> seeds{};
    std::vector<ArmResult> arms{}; ///< in the plan's order
    std::vector<std::string> warnings{};
    /// Those with a final outcome; an interrupted run has none.
    std::size_t endedRuns() const;
    std::size_t plannedRuns() const { return seeds.size() * arms.size(); }
};

/// `runs` are those of runsOf(plan), in its order; null where there is none yet. `refusals`, where given, in
/// the same order: why one could not be begun or gone on with just now; empty where it could.
ExperimentResult resultOf(const ExperimentPlan& plan, const std::vector<const Run*>& runs,
    const std::vector<std::string>& refusals = {});

/// All steps done, or diverged: training it again would give the same.
bool isFinal(const Run& run);

} // namespace mantissa
