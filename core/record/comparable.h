// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether one run can be another's baseline: the same config but for precision and memory, and the same data,
// wherever they lay.

#include "core/record/run.h"

namespace mantissa {

/// What keeps two runs apart, after "run and baseline …": "learned from different data (… and …)"; empty:
/// nothing does. Data that an older run does not tell are judged by their path.
std::string whyNotComparable(
    const RunConfig& config, const DataRead& data, const RunConfig& baseline, const DataRead& baselineData);
std::string whyNotComparable(const Run& run, const Run& baseline);

inline bool isComparable(const Run& run, const Run& baseline)
{
    return whyNotComparable(run, baseline).empty();
}

/// What the run has read to learn from; not known before it began.
const DataRead& dataOf(const Run& run);

} // namespace mantissa
