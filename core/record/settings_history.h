// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's settings were at each of its updates, and whether two runs were trained alike.

#include "core/precision/preset_difference.h"
#include "core/record/run.h"

#include <string>
#include <vector>

namespace mantissa {

/// As of JSON: keys dotted as in config.json.
void forEachDifference(const RunConfig& before, const RunConfig& after, const TakeDifference& take);

/// From one update on, until the next stretch begins.
struct ConfigStretch {
    std::int64_t step = 0;
    std::int64_t tick = 0;
    RunConfig config{};
};
/// Never empty; the first begins at 0. Choices are those in force, with edits and what a budget moved.
std::vector<ConfigStretch> configsThatRan(const Run& run);
/// As it is in force at the end.
RunConfig configInForce(const Run& run);

/// Empty when the two learned from the same bytes, wherever they lay, and trained alike but for precision and
/// memory, up to the update where the shorter ends; else what differs and from which update on, as a
/// sentence's end: "optimizer.learning_rate is 0.001 in a and 0.002 in b from step 20 on".
std::string whyNotComparable(const Run& a, const Run& b);

} // namespace mantissa
