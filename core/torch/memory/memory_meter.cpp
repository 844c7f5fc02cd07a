// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/memory_meter.h"

#include "core/torch/memory/counted_allocator.h"

#include <ATen/DeviceAccelerator.h>

#include <algorithm>

namespace mantissa {

MemoryMeter::MemoryMeter(c10::Device device, std::function<MemoryComposition()> known)
    : m_device(device)
    , m_known(std::move(known))
{
}

void MemoryMeter::begin()
{
    CountedAllocator::instance().resetPeaks();
    if (!m_device.is_cpu())
        at::accelerator::resetPeakStats(m_device.index());
}

MemoryReading MemoryMeter::end() const
{
    MemoryReading reading = CountedAllocator::instance().peaks();
    if (m_device.is_cpu())
        return reading;
    constexpr std::size_t aggregate = 0;
    const auto stats = at::accelerator::getDeviceStats(m_device.index());
    // what the CPU's allocator holds is Host here, whatever purpose its tensors were given
    for (const MemoryClass memoryClass : allMemoryClasses)
        reading.hostPeak.at(memoryClass) += reading.devicePeak.at(memoryClass);
    reading.hostReservedPeak += reading.deviceReservedPeak;
    reading.devicePeak = m_known();
    reading.devicePeak.other
        = std::max<std::int64_t>(0, stats.allocated_bytes[aggregate].peak - reading.devicePeak.total());
    reading.deviceReservedPeak = stats.reserved_bytes[aggregate].peak;
    return reading;
}

} // namespace mantissa
