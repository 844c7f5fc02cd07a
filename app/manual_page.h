// SPDX-License-Identifier: Apache-2.0
#pragma once

// The manual page of the command line, for man: made from the same words as --help.

#include <CLI/CLI.hpp>

#include <string>

namespace mantissa {

/// In the language of man(7).
std::string manualPage(const CLI::App& app);

} // namespace mantissa
