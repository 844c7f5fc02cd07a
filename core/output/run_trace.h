// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run over time, for chrome://tracing and Perfetto: its phases with their formats, steps and evaluations,
// casts and moves, memory.

#include "core/record/run_event.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// Times begin with the run's first process; they are those of RunClock.
std::string traceOf(const std::vector<RunEvent>& events, const std::string& title);
Result<std::string> runTrace(const std::filesystem::path& runFolder);

} // namespace mantissa
