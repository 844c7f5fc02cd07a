// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run's numbers as CSV, one row for each step, probe and evaluation; made from its events, so bytes are
// exact.

#include "core/record/run_event.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

/// Rows that a resume made void are left out. An empty cell: no such number; NaN and Infinity are written as
/// such.
std::string eventsCsv(const std::vector<RunEvent>& events);
/// The same from the log of a run folder, which may still grow.
Result<std::string> runCsv(const std::filesystem::path& runFolder);

} // namespace mantissa
