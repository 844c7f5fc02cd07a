// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory classes, phases and formats as people read them.

#include "core/memory/memory_class.h"
#include "core/precision/phase_title.h"
#include "core/precision/precision.h"

#include <string_view>

namespace mantissa {

/// "Weights", "FP32": as people read them; of a phase in phase_title.h.
std::string_view titleOf(MemoryClass memoryClass);
std::string_view titleOf(Precision precision);

} // namespace mantissa
