// SPDX-License-Identifier: Apache-2.0
#pragma once

// Words of commands that people are told to type.

#include <string>

namespace mantissa {

/// A word as a shell has to be given it: in quotes where it is not plain.
std::string shellWord(const std::string& word);

} // namespace mantissa
