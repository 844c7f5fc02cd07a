// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs laid over each other for a chart: repeats (runs that differ by their seed alone) become one line with a band from the
// least to the most of them.

#include "core/evidence/quality_delta.h"
#include "core/record/tick_axis.h"

#include <vector>

namespace mantissa {

struct OverlayPoint {
    double x = 0;
    double y = 0; ///< mean of the repeats
    double low = 0;
    double high = 0;
};

using Repeats = std::vector<const Run*>;

/// Runs in the order of their first, each once. Names of runs do not count.
std::vector<Repeats> repeatsOf(const std::vector<const Run*>& runs);
/// Largest device bytes, or mean training loss, over at most `points` equal parts of the axis; as far as all repeats go.
std::vector<OverlayPoint> memoryOverlay(const Repeats& repeats, AxisUnit unit, int points);
std::vector<OverlayPoint> lossOverlay(const Repeats& repeats, AxisUnit unit, int points);
/// Quality delta of each repeat against the run among `candidates` that can be its baseline, where all have a point.
std::vector<OverlayPoint> qualityOverlay(const Repeats& repeats, const std::vector<const Run*>& candidates, AxisUnit unit);

/// What one way to run costs and gives.
struct Tradeoff {
    double bytes = 0;
    double deltaPercent = 0;
};
/// Which of them no other beats in both: as good or better in each, and better in one.
std::vector<bool> nonDominated(const std::vector<Tradeoff>& tradeoffs);

/// A key of the configs whose value is not the same in all of them, with each one's value; "–" where it has none.
struct ConfigDifference {
    std::string key{};
    std::vector<std::string> values{};
};
std::vector<ConfigDifference> configDifferences(const std::vector<const Run*>& runs);

} // namespace mantissa
