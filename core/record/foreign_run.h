// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs of other programs, from the scalars that they wrote for TensorBoard.

#include "core/record/run_store.h"

#include <filesystem>
#include <stop_token>

namespace mantissa {

/// Whether this is an event file, or a folder that holds one and no run of ours.
bool isForeignRun(const std::filesystem::path& place);

/// Losses, evaluations, gradient norms, rates and seconds by updates done; no memory, config or tokens, which
/// such files do not say. Between two points of a tag the later value stands, since programs log means of
/// what lies between. Errors: no event file, damaged from the start, no tag that is known as a loss (those
/// there are named), a step beyond ten millions.
Result<Run> readForeignRun(const std::filesystem::path& place);

/// A run of ours or of another program, whichever lies there.
Result<Run> readAnyRun(const std::filesystem::path& place, const std::stop_token& stop = {});

} // namespace mantissa
