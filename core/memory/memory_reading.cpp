// SPDX-License-Identifier: Apache-2.0
#include "core/memory/memory_reading.h"

#include <algorithm>

namespace mantissa {

void MemoryReading::include(const MemoryReading& other)
{
    const auto take = [](MemoryComposition& mine, const MemoryComposition& theirs) {
        if (theirs.total() > mine.total())
            mine = theirs;
    };
    take(devicePeak, other.devicePeak);
    take(hostPeak, other.hostPeak);
    take(diskPeak, other.diskPeak);
    deviceReservedPeak = std::max(deviceReservedPeak, other.deviceReservedPeak);
    hostReservedPeak = std::max(hostReservedPeak, other.hostReservedPeak);
}

} // namespace mantissa
