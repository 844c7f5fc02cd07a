// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/simulated_card.h"

#include "core/torch/card/card_generator.h"
#include "core/torch/card/card_memory.h"
#include "core/torch/card/card_operations.h"
#include "core/torch/card/card_views.h"

#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <algorithm>

namespace mantissa::card {

namespace {

/// The CPU's allocator, but for what a kernel asks for while it runs on the card.
class RoutedAllocator final : public c10::Allocator {
public:
    explicit RoutedAllocator(c10::Allocator* host) { s_host = host; }
    c10::DataPtr allocate(std::size_t bytes) override
    {
        return OnCard::isOn() ? Memory::instance().allocateInside(bytes) : s_host->allocate(bytes);
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* target, const void* source, std::size_t bytes) const override
    {
        default_copy_data(target, source, bytes);
    }

private:
    static void release(void* p)
    {
        Memory& memory = Memory::instance();
        if (memory.isInside(p))
            memory.raw_deleter()(memory.outside(p));
        else
            s_host->raw_deleter()(p);
    }
    static inline c10::Allocator* s_host = nullptr;
};

/// One device, whose work is done when it was asked for: there is nothing to wait for.
struct Guard final : c10::impl::DeviceGuardImplInterface {
    static c10::Device own() { return {deviceType, 0}; }
    static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, own()); }
    c10::DeviceType type() const override { return deviceType; }
    c10::Device exchangeDevice(c10::Device) const override { return own(); }
    c10::Device getDevice() const override { return own(); }
    void setDevice(c10::Device) const override { }
    void uncheckedSetDevice(c10::Device) const noexcept override { }
    c10::Stream getStream(c10::Device) const override { return stream(); }
    c10::Stream getDefaultStream(c10::Device) const override { return stream(); }
    c10::Stream getStreamFromGlobalPool(c10::Device, bool) const override { return stream(); }
    c10::Stream getNewStream(c10::Device, int) const override { return stream(); }
    c10::Stream exchangeStream(c10::Stream) const override { return stream(); }
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream&) const override { }
    void synchronizeDevice(c10::DeviceIndex) const override { }
    void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override { }
    void block(void*, const c10::Stream&) const override { }
    bool queryEvent(void*) const override { return true; }
    void synchronizeEvent(void*) const override { }
};

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    c10::DeviceIndex deviceCount() const override { return 1; }
    void setCurrentDevice(c10::DeviceIndex) const override { }
    c10::DeviceIndex getCurrentDevice() const override { return 0; }
    c10::DeviceIndex exchangeDevice(c10::DeviceIndex) const override { return 0; }
    c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex) const override { return 0; }
    const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override { return defaultGenerator(); }
    at::Generator getNewGenerator(c10::DeviceIndex) const override { return newGenerator(); }
    at::Device getDeviceFromPtr(void*) const override { return {deviceType, 0}; }
    void resizePrivateUse1Bytes(const c10::Storage& storage, std::size_t bytes) const override
    {
        auto data = Memory::instance().allocate(bytes);
        if (const std::size_t n = std::min(bytes, storage.nbytes()); n > 0)
            Memory::instance().copy_data(data.get(), storage.data_ptr().get(), n);
        storage.set_data_ptr_noswap(std::move(data));
        storage.set_nbytes(bytes);
    }
};

void start(std::size_t capacity)
{
    Memory::instance().start(capacity);
    c10::register_privateuse1_backend("simulated");
    c10::SetAllocator(at::kCPU, new RoutedAllocator(c10::GetAllocator(at::kCPU)), /*priority*/ 2);
    c10::SetAllocator(deviceType, &Memory::instance(), /*priority*/ 1);
    static const c10::impl::DeviceGuardImplRegistrar guard(deviceType, new Guard);
    at::RegisterPrivateUse1HooksInterface(new Hooks);
    registerOperations();
}

CardCounters counters()
{
    const OperationCounts counts = operationCounts();
    return {counts.operations, counts.copiesToDevice, counts.bytesToDevice, counts.copiesToHost,
        counts.bytesToHost, counts.reads, Views::foreignResults(), Memory::instance().allocations()};
}

} // namespace

} // namespace mantissa::card

extern "C" __attribute__((visibility("default"))) const mantissa::SimulatedCardApi* mantissaSimulatedCard()
{
    using mantissa::card::Memory;
    static const mantissa::SimulatedCardApi api{&mantissa::card::start,
        [](std::size_t capacity, bool isBudget) { Memory::instance().setCapacity(capacity, isBudget); },
        &mantissa::card::counters,
        [](void (*listener)(void*, std::int64_t)) { Memory::instance().setListener(listener); },
        [](std::int64_t n) { Memory::instance().failAllocation(n); },
        [] { Memory::instance().tellHostFaults(); }};
    return &api;
}
