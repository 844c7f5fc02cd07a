// SPDX-License-Identifier: Apache-2.0
#pragma once

// When a run is to end before its last step, by what its evaluations and its time say. Pure.

#include "core/record/run.h"

#include <optional>
#include <string>

namespace mantissa {

/// Why, in words; nothing while it is to go on. `seconds`: that this process has worked on it. Patience is
/// judged right after an evaluation, so that a run that is resumed trains up to its next one.
std::optional<std::string> earlyStopOf(
    const EarlyStop& limits, const Run& run, std::int64_t step, double seconds);

} // namespace mantissa
