// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a shell needs to complete the command line: commands, flags, and values where a flag has few. Made
// from the same words as --help.

#include <CLI/CLI.hpp>

#include <string>

namespace mantissa {

enum class Shell { Bash, Zsh, Fish };

std::string completionScript(const CLI::App& app, Shell shell);

} // namespace mantissa
