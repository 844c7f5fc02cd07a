// SPDX-License-Identifier: Apache-2.0
#pragma once

// What was measured between two moments: never an estimate.

#include "core/memory/memory_class.h"

#include <string>

namespace mantissa {

struct MemoryReading {
    MemoryComposition devicePeak{};      ///< composition at the instant Device bytes were highest
    std::int64_t deviceReservedPeak = 0; ///< with headers, rounding and cache
    std::int64_t hostPeak = 0;
    std::int64_t diskPeak = 0;
    friend bool operator==(const MemoryReading&, const MemoryReading&) = default;
};

/// The fullest instant of one part of a step: forward of a block, the head, a block's backward, …
struct MemoryInstant {
    std::string name{};
    MemoryComposition device{};
};

} // namespace mantissa
