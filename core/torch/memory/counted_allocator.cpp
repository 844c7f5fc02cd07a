// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/counted_allocator.h"

#include "core/base/units.h"

#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>

#include <bit>
#include <cstring>
#include <utility>

namespace mantissa {

/// Stands before each block, so that data == context, as LibTorch's copy-on-write wants. 64 bytes keep blocks
/// aligned.
struct alignas(64) CountedAllocator::Header {
    std::size_t capacity = 0;
    std::int64_t bytes = 0;
    Tier tier = Tier::Device;
    MemoryClass memoryClass = MemoryClass::Activations;

    static Header* of(const void* data)
    {
        return static_cast<Header*>(const_cast<void*>(data)) - 1; // NOLINT: the block is ours to write
    }
};

namespace {

/// Four sizes to an octave: at most a fifth of a block is rounding.
std::size_t capacityFor(std::size_t bytes)
{
    constexpr std::size_t smallest = 256;
    if (bytes <= smallest)
        return smallest;
    const std::size_t step = std::bit_floor(bytes - 1) / 4;
    return (bytes + step - 1) / step * step;
}

std::string inWords(const MemoryComposition& memory)
{
    std::string parts;
    for (const MemoryClass memoryClass : allMemoryClasses)
        if (memory.at(memoryClass) > 0)
            parts += std::string(parts.empty() ? "" : ", ") + std::string(nameOf(memoryClass)) + " "
                + formatBytes(memory.at(memoryClass));
    return parts;
}

} // namespace

AllocationPurpose& currentPurpose()
{
    thread_local AllocationPurpose purpose;
    return purpose;
}

CountedAllocator& CountedAllocator::instance()
{
    static auto* allocator = new CountedAllocator; // never deleted, see the header
    return *allocator;
}

void CountedAllocator::refuse(std::int64_t bytes)
{
    const MemoryComposition& device = m_live.byTier[static_cast<std::size_t>(Tier::Device)];
    TORCH_CHECK_WITH(OutOfMemoryError, false, "the budget of ", formatBytes(m_budget.value_or(0)),
        " does not hold ", formatBytes(bytes), " more beside ", formatBytes(device.total()), " (",
        inWords(device), ")");
}

void* CountedAllocator::take(std::size_t capacity, Tier tier)
{
    auto& cache = m_cache[static_cast<std::size_t>(tier)];
    if (const auto cached = cache.find(capacity); cached != cache.end() && !cached->second.empty()) {
        void* block = cached->second.back();
        cached->second.pop_back();
        return block;
    }
    void* block = nullptr;
    try {
        block = c10::alloc_cpu(capacity + sizeof(Header));
    } catch (const c10::Error&) { // the system has no more: what we keep for reuse goes first
        giveBackCache();
        block = c10::alloc_cpu(capacity + sizeof(Header));
    }
    m_live.reserved[static_cast<std::size_t>(tier)] += static_cast<std::int64_t>(capacity + sizeof(Header));
    std::int64_t& peak = tier == Tier::Device ? m_peaks.deviceReservedPeak : m_peaks.hostReservedPeak;
    peak = std::max(peak, m_live.reserved[static_cast<std::size_t>(tier)]);
    return block;
}

c10::DataPtr CountedAllocator::allocate(std::size_t bytes)
{
    const c10::Device cpu(c10::DeviceType::CPU);
    if (bytes == 0)
        return {nullptr, nullptr, &CountedAllocator::release, cpu};
    AllocationPurpose purpose = currentPurpose();
    const auto requested = static_cast<std::int64_t>(bytes);
    const std::lock_guard lock(m_mutex);
    if (m_hasAccelerator)
        purpose.tier = Tier::Host;
    auto& tier = m_live.byTier[static_cast<std::size_t>(purpose.tier)];
    ++m_allocations;
    if (m_failIn > 0 && --m_failIn == 0)
        refuse(requested);
    if (purpose.tier == Tier::Device && m_budget && tier.total() + requested > *m_budget)
        refuse(requested);
    const std::size_t capacity = capacityFor(bytes);
    auto* header
        = new (take(capacity, purpose.tier)) Header{capacity, requested, purpose.tier, purpose.memoryClass};
    if (purpose.tier == Tier::Device) {
        growDevice(purpose.memoryClass, requested);
    } else {
        tier.at(purpose.memoryClass) += requested;
        if (tier.total() > m_peaks.hostPeak.total()) // files are counted by who writes them
            m_peaks.hostPeak = tier;
    }
    void* data = header + 1;
    return {data, data, &CountedAllocator::release, cpu};
}

void CountedAllocator::growDevice(MemoryClass memoryClass, std::int64_t bytes)
{
    MemoryComposition& device = m_live.byTier[static_cast<std::size_t>(Tier::Device)];
    device.at(memoryClass) += bytes;
    if (device.total() > m_peaks.devicePeak.total())
        m_peaks.devicePeak = device;
    if (!m_instants.empty() && device.total() > m_instants.back().device.total())
        m_instants.back().device = device;
}

void CountedAllocator::setAccelerator(bool there)
{
    const std::lock_guard lock(m_mutex);
    m_hasAccelerator = there;
}

bool CountedAllocator::hasAccelerator() const
{
    const std::lock_guard lock(m_mutex);
    return m_hasAccelerator;
}

void CountedAllocator::noteDevice(void* data, std::int64_t bytes)
{
    const MemoryClass memoryClass = currentPurpose().memoryClass;
    const std::lock_guard lock(m_mutex);
    // also where a thread that nobody hears has freed what was here before
    if (const auto known = m_onDevice.find(data); known != m_onDevice.end()) {
        m_live.byTier[static_cast<std::size_t>(Tier::Device)].at(known->second.memoryClass)
            -= known->second.bytes;
        m_onDevice.erase(known);
    }
    if (bytes <= 0)
        return;
    m_onDevice[data] = {bytes, memoryClass};
    growDevice(memoryClass, bytes);
}

void CountedAllocator::release(void* data)
{
    if (!data)
        return;
    CountedAllocator& self = instance();
    Header* header = Header::of(data);
    const std::lock_guard lock(self.m_mutex);
    self.m_live.byTier[static_cast<std::size_t>(header->tier)].at(header->memoryClass) -= header->bytes;
    self.m_cache[static_cast<std::size_t>(header->tier)][header->capacity].push_back(header);
}

c10::DeleterFnPtr CountedAllocator::raw_deleter() const { return &CountedAllocator::release; }

void CountedAllocator::copy_data(void* target, const void* source, std::size_t bytes) const
{
    default_copy_data(target, source, bytes);
}

void CountedAllocator::resetPeaks()
{
    const std::lock_guard lock(m_mutex);
    constexpr auto device = static_cast<std::size_t>(Tier::Device);
    constexpr auto host = static_cast<std::size_t>(Tier::Host);
    m_peaks = {.devicePeak = m_live.byTier[device],
        .deviceReservedPeak = m_live.reserved[device],
        .hostPeak = m_live.byTier[host],
        .hostReservedPeak = m_live.reserved[host]};
}

MemoryReading CountedAllocator::peaks() const
{
    const std::lock_guard lock(m_mutex);
    return m_peaks;
}

LiveMemory CountedAllocator::live() const
{
    const std::lock_guard lock(m_mutex);
    return m_live;
}

std::string CountedAllocator::devicePeakText() const
{
    const std::lock_guard lock(m_mutex);
    return inWords(m_peaks.devicePeak);
}

void CountedAllocator::noteInstants(bool on)
{
    const std::lock_guard lock(m_mutex);
    m_notesInstants = on;
    m_instants.clear();
}

void CountedAllocator::mark(std::string name)
{
    const std::lock_guard lock(m_mutex);
    if (m_notesInstants)
        m_instants.push_back({std::move(name), m_live.byTier[static_cast<std::size_t>(Tier::Device)]});
}

std::vector<MemoryInstant> CountedAllocator::instants()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_instants, {});
}

void CountedAllocator::reclassify(const c10::Storage& storage, MemoryClass memoryClass)
{
    const void* data = storage.data();
    if (!data)
        return;
    const auto move = [memoryClass](MemoryComposition& tier, MemoryClass& from, std::int64_t bytes) {
        tier.at(from) -= bytes;
        tier.at(memoryClass) += bytes;
        from = memoryClass;
    };
    const std::lock_guard lock(m_mutex);
    if (storage.device().is_cpu()) {
        Header* header = Header::of(data);
        move(m_live.byTier[static_cast<std::size_t>(header->tier)], header->memoryClass, header->bytes);
    } else if (const auto block = m_onDevice.find(data); block != m_onDevice.end()) {
        move(m_live.byTier[static_cast<std::size_t>(Tier::Device)], block->second.memoryClass,
            block->second.bytes);
    }
}

Tier CountedAllocator::tierOf(const c10::Storage& storage) const
{
    return storage.device().is_cpu() ? Header::of(storage.data())->tier : Tier::Device;
}

void CountedAllocator::setBudget(std::optional<std::int64_t> bytes)
{
    const std::lock_guard lock(m_mutex);
    m_budget = bytes;
}

void CountedAllocator::failAllocation(std::int64_t n)
{
    const std::lock_guard lock(m_mutex);
    m_failIn = n;
}

void CountedAllocator::giveBackCache()
{
    for (const Tier tier : allTiers) {
        auto& cache = m_cache[static_cast<std::size_t>(tier)];
        for (auto& [capacity, blocks] : cache) {
            for (void* block : blocks)
                c10::free_cpu(block);
            m_live.reserved[static_cast<std::size_t>(tier)]
                -= static_cast<std::int64_t>((capacity + sizeof(Header)) * blocks.size());
        }
        cache.clear();
    }
}

std::int64_t CountedAllocator::allocations() const
{
    const std::lock_guard lock(m_mutex);
    return m_allocations;
}

void CountedAllocator::emptyCache()
{
    const std::lock_guard lock(m_mutex);
    giveBackCache();
}

} // namespace mantissa
