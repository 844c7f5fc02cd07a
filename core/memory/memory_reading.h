// SPDX-License-Identifier: Apache-2.0
#pragma once

// What was measured between two moments: never an estimate.

#include "core/memory/memory_class.h"

#include <string>

namespace mantissa {

struct MemoryReading {
    MemoryComposition devicePeak{}; ///< composition at the instant Device bytes were highest
    std::int64_t deviceReservedPeak = 0; ///< with headers, rounding and cache
    MemoryComposition hostPeak{}; ///< the same for Host, at an instant of its own
    std::int64_t hostReservedPeak = 0;
    MemoryComposition
        diskPeak{}; ///< of files: what the states take, and as `workspace` slots and headers beside them
    /// Takes the larger of both, tier by tier.
    void include(const MemoryReading& other);
    friend bool operator==(const MemoryReading&, const MemoryReading&) = default;
};

/// The fullest instant of one part of a step: forward of a block, the head, a block's backward, …
struct MemoryInstant {
    std::string name{};
    MemoryComposition device{};
};

} // namespace mantissa
