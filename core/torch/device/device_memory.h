// SPDX-License-Identifier: Apache-2.0
#pragma once

// The caching allocator of an accelerator, by kind of device; nothing to do for the CPU, whose allocator is
// ours. Any thread.

#include <c10/core/Device.h>

#include <cstdint>

namespace mantissa {

struct DevicePeaks {
    std::int64_t allocated = 0;
    std::int64_t reserved = 0;
};

/// Peaks count from here on.
void resetDevicePeaks(c10::Device device);
DevicePeaks devicePeaks(c10::Device device);
/// Gives back what is kept for reuse.
void emptyDeviceCache(c10::Device device);
/// Waits for what the device still computes.
void finishWork(c10::Device device);

} // namespace mantissa
