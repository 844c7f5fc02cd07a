// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a stretch of work needed at most: exact by class on the CPU, the allocator's own statistics on a
// device.

#include "core/memory/memory_reading.h"

#include <c10/core/Device.h>

#include <functional>

namespace mantissa {

class MemoryMeter {
public:
    /// `known` tells the bytes of tensors whose class we know on a device other than the CPU.
    MemoryMeter(c10::Device device, std::function<MemoryComposition()> known);

    void begin();
    MemoryReading end() const;

private:
    c10::Device m_device;
    std::function<MemoryComposition()> m_known;
};

} // namespace mantissa
