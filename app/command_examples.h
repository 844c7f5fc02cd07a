// SPDX-License-Identifier: Apache-2.0
#pragma once

// What stands below each command's help: an example, and the exit codes that it can end with. The manual page
// has the same.

#include <CLI/CLI.hpp>

#include <string>

namespace mantissa {

/// All exit codes of the program, in a line.
extern const char* const allExitCodes;

/// Gives each command its own, after whatever it says there itself. Once all commands are added.
void addExamples(CLI::App& app);

} // namespace mantissa
