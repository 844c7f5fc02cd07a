// SPDX-License-Identifier: Apache-2.0
#pragma once

// Other programs, started by name and waited for. No shell reads the words.

#include "core/base/result.h"

#include <string>
#include <vector>

namespace mantissa {

/// Whether one of the folders of $PATH has a program of this name.
bool isProgramThere(const std::string& name);

/// Runs a program and gives what it wrote to stdout; it reads nothing and its stderr is dropped. Errors: the
/// program is not there, or ended with another exit code than 0.
Result<std::string> outputOf(const std::vector<std::string>& command);

/// Runs a program with this process' own stdin, stdout and stderr and gives its exit code (128 + N where
/// signal N ended it). Errors: the program is not there.
Result<int> runProgram(const std::vector<std::string>& command);

} // namespace mantissa
