// SPDX-License-Identifier: Apache-2.0
#pragma once

// Phases as people read them.

#include "core/precision/phase.h"

namespace mantissa {

/// "Warmup".
std::string_view titleOf(Phase phase);

} // namespace mantissa
