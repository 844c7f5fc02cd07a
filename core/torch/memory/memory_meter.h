// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a stretch of work needed at most, by class; what a device's allocator has reserved is its own to tell.

#include "core/memory/memory_reading.h"

#include <c10/core/Device.h>

namespace mantissa {

class MemoryMeter {
public:
    explicit MemoryMeter(c10::Device device);

    /// On the thread that does the work.
    void begin();
    MemoryReading end() const;

private:
    c10::Device m_device;
};

} // namespace mantissa
