// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/device_listener.h"

#include "core/torch/memory/counted_allocator.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <memory>

namespace mantissa {

namespace {

struct Listener final : c10::MemoryReportingInfoBase {
    void reportMemoryUsage(void* data, std::int64_t bytes, std::size_t /*allocated*/,
        std::size_t /*reserved*/, c10::Device device) override
    {
        if (device.is_cuda()) // a simulated card tells by itself
            CountedAllocator::instance().noteDevice(data, bytes);
    }
    bool memoryProfilingEnabled() const override { return true; }
};

} // namespace

void listenToDevices()
{
    thread_local const bool listens = [] {
        c10::ThreadLocalDebugInfo::_push(c10::DebugInfoKind::PROFILER_STATE, std::make_shared<Listener>());
        return true;
    }();
    static_cast<void>(listens);
}

} // namespace mantissa
