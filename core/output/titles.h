// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory classes, phases and formats as people read them.

#include "core/memory/memory_class.h"
#include "core/precision/phase.h"
#include "core/precision/precision.h"

#include <string_view>

namespace mantissa {

/// "Weights", "Warmup", "FP32": as people read them.
std::string_view titleOf(MemoryClass memoryClass);
std::string_view titleOf(Phase phase);
std::string_view titleOf(Precision precision);

} // namespace mantissa
