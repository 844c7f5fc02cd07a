// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/memory_meter.h"

#include "core/torch/device/device_memory.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/device_listener.h"

#include <algorithm>

namespace mantissa {

MemoryMeter::MemoryMeter(c10::Device device)
    : m_device(device)
{
}

void MemoryMeter::begin()
{
    if (!m_device.is_cpu())
        listenToDevices();
    CountedAllocator::instance().resetPeaks();
    resetDevicePeaks(m_device);
}

MemoryReading MemoryMeter::end() const
{
    MemoryReading reading = CountedAllocator::instance().peaks();
    if (m_device.is_cpu())
        return reading;
    const DevicePeaks peaks = devicePeaks(m_device);
    // of threads that do not tell us, such as a library's own
    reading.devicePeak.other += std::max<std::int64_t>(0, peaks.allocated - reading.devicePeak.total());
    reading.deviceReservedPeak = peaks.reserved;
    return reading;
}

} // namespace mantissa
