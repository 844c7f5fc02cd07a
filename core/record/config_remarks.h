// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is allowed in a config and yet does nothing, or not what one would think.

#include "core/record/run_config.h"

#include <string>
#include <vector>

namespace mantissa {

/// A sentence for each setting without effect, and for each that cannot be meant; empty for most configs.
std::vector<std::string> remarksOn(const RunConfig& config);

} // namespace mantissa
