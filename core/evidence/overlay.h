// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs laid over each other for a chart: repeats (runs that differ by their seed alone) become one line with
// a band from the least to the most of them.

#include "core/evidence/quality_delta.h"
#include "core/record/tick_axis.h"

#include <optional>
#include <vector>

namespace mantissa {

struct OverlayPoint {
    double x = 0;
    double y = 0; ///< mean of the repeats
    double low = 0;
    double high = 0;
};

using Repeats = std::vector<const Run*>;

/// What lines are laid over: the unit, counted from the run's start or from its first tick in a phase.
struct OverlayAxis {
    AxisUnit unit = AxisUnit::Step;
    std::optional<Phase> since{};
};
/// Where the axis begins in a run; nothing for one that never came to that phase.
std::optional<std::int64_t> originOf(const Run& run, const OverlayAxis& axis);

/// Runs in the order of their first, each once. Names of runs do not count.
std::vector<Repeats> repeatsOf(const std::vector<const Run*>& runs);
/// Largest device bytes, or mean training loss, over at most `points` equal parts of the axis; as far as all
/// repeats go. No points where one of them never came to the axis' phase.
std::vector<OverlayPoint> memoryOverlay(const Repeats& repeats, const OverlayAxis& axis, int points);
std::vector<OverlayPoint> lossOverlay(const Repeats& repeats, const OverlayAxis& axis, int points);
/// Mean gradient norm, or learning rate at the end of a part, or tokens trained a second.
std::vector<OverlayPoint> gradientOverlay(const Repeats& repeats, const OverlayAxis& axis, int points);
std::vector<OverlayPoint> rateOverlay(const Repeats& repeats, const OverlayAxis& axis, int points);
std::vector<OverlayPoint> speedOverlay(const Repeats& repeats, const OverlayAxis& axis, int points);
/// Loss of the evaluations that all repeats have.
std::vector<OverlayPoint> evaluationOverlay(const Repeats& repeats, const OverlayAxis& axis);
/// Quality delta of each repeat against the run among `candidates` that can be its baseline, where all have a
/// point.
std::vector<OverlayPoint> qualityOverlay(
    const Repeats& repeats, const std::vector<const Run*>& candidates, const OverlayAxis& axis);

/// What one way to run costs and gives.
struct Tradeoff {
    double bytes = 0;
    double deltaPercent = 0;
};
/// Which of them no other beats in both: as good or better in each, and better in one. What has no bytes or
/// no finite delta is unknown: it neither stands there nor beats anything.
std::vector<bool> nonDominated(const std::vector<Tradeoff>& tradeoffs);

/// A key of the configs whose value is not the same in all of them, with each one's value; "–" where it has
/// none.
struct ConfigDifference {
    std::string key{};
    std::vector<std::string> values{};
};
std::vector<ConfigDifference> configDifferences(const std::vector<const Run*>& runs);

} // namespace mantissa
