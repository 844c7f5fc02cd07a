// SPDX-License-Identifier: Apache-2.0
#pragma once

// Several runs side by side, one of them the baseline.

#include "core/evidence/quality_delta.h"
#include "core/record/run.h"

#include <optional>
#include <string>
#include <vector>

namespace mantissa {

struct ComparisonRow {
    std::string title;
    bool isBaseline = false;
    std::int64_t steps = 0;
    bool isForeign = false; ///< of another program: its casts are not known either
    bool isUnknown = false; ///< no step could be read, so nothing that follows is known
    std::int64_t peakDeviceBytes = 0; ///< 0: not known; so are the bytes and tokens below
    double meanDeviceBytes = 0;
    std::optional<double> peakRatio{}; ///< to the baseline's; nothing where whyNoMemoryRatio() says why
    std::optional<double> meanRatio{};
    double evalLoss = 0; ///< NaN without an evaluation
    std::optional<QualityPoint> last{}; ///< the last common evaluation; nothing without a baseline
    double tokensPerSecond = 0;
    std::optional<double>
        speedRatio{}; ///< nor where either run's steps were too uneven, or whyNoSpeedRatio()
    std::int64_t casts = 0;
    double castSeconds = 0;
    std::int64_t castMismatches = 0;
    std::int64_t skippedSteps = 0;
};

struct Comparison {
    std::vector<ComparisonRow> rows; ///< in the order of the runs
    std::vector<std::string>
        warnings; ///< a baseline that differs in more than precision and memory, and such
};

/// What to say of a run that shared its machine, whose speed is compared with nothing; nothing of one with
/// even steps.
std::optional<std::string> unevenSteps(const Run& run);
/// Empty where the two hold the same: bytes of another model, batch or kind of data say nothing of a plan.
/// Else what differs.
std::string whyNoMemoryRatio(const Run& a, const Run& b);
/// Empty where the seconds of the two can be compared: one model on one machine with as many threads. Else
/// what differs.
std::string whyNoSpeedRatio(const Run& a, const Run& b);
/// The first phase that held the run's largest peak; Full where none has run.
Phase peakPhase(const Run& run);
/// What a run held on Device at its largest instant.
MemoryComposition peakComposition(const Run& run);
/// `baseline` is an index into `runs`, or nothing. Runs must outlive the call only.
Comparison compareRuns(const std::vector<const Run*>& runs, std::optional<std::size_t> baseline);
/// The run to compare with when nobody says: the first that ran in FP32 alone.
std::optional<std::size_t> guessBaseline(const std::vector<const Run*>& runs);

} // namespace mantissa
