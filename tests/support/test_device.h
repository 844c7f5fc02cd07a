// SPDX-License-Identifier: Apache-2.0
#pragma once

// The device that a torch test runs on: the CPU, or what MANTISSA_TEST_DEVICE names ("simulated:1GiB",
// "cuda:0"). Results on a simulated card are the CPU's to the bit; on a real one they are held to bounds.

#include "core/torch/device/open_device.h"
#include "core/torch/memory/counted_allocator.h"

#include <c10/core/Device.h>

#include <QtGlobal>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace mantissa {

inline std::string testDeviceName()
{
    const char* name = std::getenv("MANTISSA_TEST_DEVICE"); // NOLINT(concurrency-mt-unsafe)
    return name ? name : "cpu";
}

/// The engine is initialised. Limits the device to what `memory` allows.
inline c10::Device testDevice(MemoryConfig memory = {})
{
    memory.device = testDeviceName();
    const auto device = openDevice(memory);
    if (!device)
        qFatal("%s", device.error().message.c_str());
    return *device;
}

inline bool isSimulated() { return testDeviceName().starts_with("simulated"); }

/// A memory whose allocations can be counted, and made to fail.
struct FailingMemory {
    const char* name;
    bool isCard = false;

    std::int64_t allocations() const
    {
        return isCard ? (*loadSimulatedCard())->counters().allocations
                      : CountedAllocator::instance().allocations();
    }
    /// The n-th from now; 0: none.
    void fail(std::int64_t n) const
    {
        if (isCard)
            (*loadSimulatedCard())->failAllocation(n);
        else
            CountedAllocator::instance().failAllocation(n);
    }
};

/// On the CPU the counted allocator serves every tier; a card has one of its own.
inline std::vector<FailingMemory> failingMemories()
{
    if (isSimulated())
        return {{"card", true}, {"host"}};
    return {{"memory"}};
}

} // namespace mantissa
