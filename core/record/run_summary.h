// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one object that `train --json` prints and summary.json holds, taken from a Run and nothing else.

#include "core/base/json.h"
#include "core/record/run.h"

namespace mantissa {

/// Keys as DESIGN and docs/file-formats.md name them.
Json summaryOf(const Run& run);

/// Until its last step, by the pace of the last few hundred ticks with their probes; NaN where nothing can be
/// said.
double secondsLeft(const Run& run);
Json toJson(const MemoryComposition& composition);
Json toJson(const Estimate& estimate);

} // namespace mantissa
