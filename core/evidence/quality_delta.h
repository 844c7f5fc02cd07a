// SPDX-License-Identifier: Apache-2.0
#pragma once

// QualityDelta: evaluation loss difference from the baseline at equal trained tokens, in percent; positive is
// worse.

#include "core/base/statistics.h"
#include "core/record/run.h"

#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// The claim under test: quality impact below this.
constexpr double claimedDeltaPercent = 0.5;

struct QualityPoint {
    std::int64_t step = 0;
    std::int64_t trainedTokens = 0;
    double deltaPercent = 0;
    /// Spread over the evaluation batches of this pair of runs, in percent: says how well these windows tell
    /// the two apart, not how another seed would fare.
    std::optional<Interval> overBatches{};
};

/// One point for each evaluation that both runs have at the same trained tokens.
std::vector<QualityPoint> qualityDelta(const Run& run, const Run& baseline);

/// "+0.012", "−0.3", "0.000": what rounds to nothing has no sign. "–" of what is not known.
std::string signedText(double value, int digits);
/// The same in percent: "−0.300 %"; "not finite" of what is not.
std::string percentText(const std::optional<double>& percent, int digits = 3, bool isSigned = true);

} // namespace mantissa
