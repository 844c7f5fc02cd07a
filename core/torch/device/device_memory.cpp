// SPDX-License-Identifier: Apache-2.0
#include "core/torch/device/device_memory.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

namespace mantissa {

namespace {

constexpr std::size_t aggregate = 0;

} // namespace

void resetDevicePeaks(c10::Device device)
{
    if (!device.is_cpu())
        c10::getDeviceAllocator(device.type())->resetPeakStats(device.index());
}

DevicePeaks devicePeaks(c10::Device device)
{
    if (device.is_cpu())
        return {};
    const auto stats = c10::getDeviceAllocator(device.type())->getDeviceStats(device.index());
    return {stats.allocated_bytes[aggregate].peak, stats.reserved_bytes[aggregate].peak};
}

void emptyDeviceCache(c10::Device device)
{
    if (!device.is_cpu())
        c10::getDeviceAllocator(device.type())->emptyCache();
}

void finishWork(c10::Device device)
{
    if (!device.is_cpu())
        c10::impl::getDeviceGuardImpl(device.type())->synchronizeDevice(device.index());
}

} // namespace mantissa
