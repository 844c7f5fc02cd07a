// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/card_memory.h"

#include "core/base/units.h"
#include "core/torch/card/host_fault.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <sys/mman.h>

namespace mantissa::card {

namespace {

constexpr std::size_t MiB = std::size_t{1} << 20;
constexpr std::size_t unit = 512; // blocks are multiples of it
constexpr std::size_t largestSmall = MiB;
constexpr std::size_t page = 2 * MiB; // what a card maps at once
constexpr std::size_t aggregate = 0;

constexpr std::size_t roundedUp(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

char* reserved(std::size_t bytes)
{
    void* p = ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    TORCH_CHECK(p != MAP_FAILED, "the simulated card finds no addresses: ", std::strerror(errno));
    return static_cast<char*>(p);
}

} // namespace

Memory& Memory::instance()
{
    static auto* memory = new Memory; // never deleted: tensors may outlive statics
    return *memory;
}

void Memory::start(std::size_t capacity)
{
    const std::lock_guard lock(m_mutex);
    m_inside = reserved(pools * poolRange);
    m_device = reserved(pools * poolRange);
    m_capacity = capacity;
    for (std::size_t i = 0; i < pools; ++i)
        m_pools[i].blocks[i * poolRange] = {.size = poolRange};
    tellHostFaults();
}

void Memory::tellHostFaults() const { card::tellHostFaults(m_device, m_device + pools * poolRange); }

void Memory::report(void* device, std::int64_t bytes) const
{
    if (const auto listener = m_listener.load())
        listener(device, bytes);
}

void Memory::refuse(std::size_t bytes)
{
    ++m_stats.num_ooms;
    const auto size = [](auto n) { return formatBytes(static_cast<std::int64_t>(n)); };
    TORCH_CHECK_WITH(OutOfMemoryError, false,
        m_isBudget ? "the budget of " : "the simulated card, which gives a run ", size(m_capacity),
        m_isBudget ? " does" : ", does", " not hold ", size(bytes), " more beside ",
        size(m_stats.allocated_bytes[aggregate].current), " (",
        size(m_stats.reserved_bytes[aggregate].current), " reserved)");
}

/// Pages [first, last) of a pool become usable; false where the capacity does not allow it.
bool Memory::map(Pool& pool, std::size_t first, std::size_t last)
{
    const std::size_t bytes = last - first;
    auto& held = m_stats.reserved_bytes[aggregate];
    if (static_cast<std::size_t>(held.current) + bytes > m_capacity)
        return false;
    if (::mprotect(m_inside + first, bytes, PROT_READ | PROT_WRITE) != 0)
        return false;
    held.increase(bytes);
    m_stats.segment[aggregate].increase(1);
    ++m_stats.num_device_alloc;
    auto unmapped = std::prev(pool.blocks.upper_bound(first));
    cut(pool, unmapped, first - unmapped->first);
    auto block = pool.blocks.find(first);
    cut(pool, block, bytes);
    block->second.state = State::Free;
    pool.free.insert({bytes, first});
    joined(pool, block);
    return true;
}

/// The block's first `size` bytes become a block of their own; nothing to do where they are all or none.
void Memory::cut(Pool& pool, Blocks::iterator block, std::size_t size)
{
    auto& [offset, whole] = *block;
    if (size == 0 || size == whole.size)
        return;
    const Block rest{.size = whole.size - size, .state = whole.state};
    if (whole.state == State::Free)
        pool.free.erase({whole.size, offset});
    whole.size = size;
    pool.blocks[offset + size] = rest;
    if (rest.state == State::Free) {
        pool.free.insert({size, offset});
        pool.free.insert({rest.size, offset + size});
    }
}

/// A block that is not in use and its neighbours that are like it, as one.
Memory::Blocks::iterator Memory::joined(Pool& pool, Blocks::iterator block)
{
    const auto absorbNext = [&](Blocks::iterator left) {
        const auto right = std::next(left);
        if (right == pool.blocks.end() || right->second.state != left->second.state)
            return;
        if (left->second.state == State::Free) {
            pool.free.erase({left->second.size, left->first});
            pool.free.erase({right->second.size, right->first});
            pool.free.insert({left->second.size + right->second.size, left->first});
        }
        left->second.size += right->second.size;
        pool.blocks.erase(right);
    };
    absorbNext(block);
    if (block == pool.blocks.begin() || std::prev(block)->second.state != block->second.state)
        return block;
    --block;
    absorbNext(block);
    return block;
}

/// A free block of at least `size` bytes made by mapping pages, at the lowest address where there is room: a
/// free block before unmapped pages grows into them. End: the capacity does not allow it.
Memory::Blocks::iterator Memory::expanded(Pool& pool, std::size_t size)
{
    for (auto block = pool.blocks.begin(); block != pool.blocks.end(); ++block) {
        if (block->second.state != State::Unmapped)
            continue;
        const std::size_t begin = block->first;
        const auto before = block == pool.blocks.begin() ? pool.blocks.end() : std::prev(block);
        const bool grows = before != pool.blocks.end() && before->second.state == State::Free;
        const std::size_t start = grows ? before->first : begin;
        const auto after = std::next(block); // a free block that follows is joined once the pages are there
        const std::size_t end = begin + block->second.size
            + (after != pool.blocks.end() && after->second.state == State::Free ? after->second.size : 0);
        if (end - start < size)
            continue;
        const std::size_t last
            = std::min(begin + block->second.size, begin + roundedUp(start + size - begin, page));
        if (!map(pool, begin, last))
            return pool.blocks.end();
        return std::prev(pool.blocks.upper_bound(start));
    }
    return pool.blocks.end();
}

/// Whole pages in free blocks go back to the system.
void Memory::unmapFree(Pool& pool)
{
    const auto free = pool.free; // changes meanwhile
    for (const auto& [size, offset] : free) {
        const std::size_t first = roundedUp(offset, page); // pools begin at a page too
        const std::size_t last = (offset + size) / page * page;
        if (last <= first)
            continue;
        auto block = pool.blocks.find(offset);
        cut(pool, block, first - offset);
        block = pool.blocks.find(first);
        cut(pool, block, last - first);
        pool.free.erase({last - first, first});
        block->second.state = State::Unmapped;
        ::madvise(m_inside + first, last - first, MADV_DONTNEED);
        ::mprotect(m_inside + first, last - first, PROT_NONE);
        m_stats.reserved_bytes[aggregate].decrease(last - first);
        m_stats.segment[aggregate].decrease(1);
        ++m_stats.num_device_free;
        joined(pool, block);
    }
}

std::size_t Memory::take(std::size_t bytes)
{
    const std::size_t size = roundedUp(bytes, unit);
    Pool& pool = m_pools[size <= largestSmall ? 0 : 1];
    ++m_allocations;
    if (m_failIn > 0 && --m_failIn == 0)
        refuse(bytes);
    auto block = pool.blocks.end();
    if (const auto found = pool.free.lower_bound({size, 0}); found != pool.free.end())
        block = pool.blocks.find(found->second);
    else
        block = expanded(pool, size);
    if (block == pool.blocks.end()) {
        ++m_stats.num_alloc_retries;
        for (Pool& each : m_pools)
            unmapFree(each);
        block = expanded(pool, size);
    }
    if (block == pool.blocks.end())
        refuse(bytes);
    cut(pool, block, size);
    pool.free.erase({block->second.size, block->first});
    block->second.state = State::Used;
    block->second.requested = bytes;
    m_stats.allocation[aggregate].increase(1);
    m_stats.allocated_bytes[aggregate].increase(block->second.size);
    m_stats.requested_bytes[aggregate].increase(bytes);
    return block->first;
}

void Memory::give(std::size_t offset)
{
    Pool& pool = m_pools[offset / poolRange];
    const auto at = pool.blocks.find(offset);
    TORCH_INTERNAL_ASSERT(at != pool.blocks.end() && at->second.state == State::Used, "freed twice");
    Block& block = at->second;
    m_stats.allocation[aggregate].decrease(1);
    m_stats.allocated_bytes[aggregate].decrease(block.size);
    m_stats.requested_bytes[aggregate].decrease(block.requested);
    // what is read after it was freed shows
    std::memset(m_inside + offset, 0xFB, std::min<std::size_t>(block.size, 4096));
    block.state = State::Free;
    block.requested = 0;
    pool.free.insert({block.size, offset});
    joined(pool, at);
}

c10::DataPtr Memory::allocate(std::size_t bytes)
{
    const c10::Device own(deviceType, 0);
    if (bytes == 0)
        return {nullptr, nullptr, &release, own};
    void* p = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        p = m_device + take(bytes);
    }
    report(p, static_cast<std::int64_t>(roundedUp(bytes, unit)));
    return {p, p, &release, own};
}

c10::DataPtr Memory::allocateInside(std::size_t bytes)
{
    c10::DataPtr outer = allocate(bytes);
    void* p = inside(outer.get());
    static_cast<void>(outer.release_context());
    return {p, p, &releaseInside, c10::Device(c10::DeviceType::CPU)};
}

void Memory::release(void* device)
{
    if (!device)
        return;
    Memory& self = instance();
    const auto offset = static_cast<std::size_t>(static_cast<char*>(device) - self.m_device);
    std::int64_t bytes = 0;
    {
        const std::lock_guard lock(self.m_mutex);
        bytes = static_cast<std::int64_t>(self.m_pools[offset / poolRange].blocks.at(offset).size);
    }
    self.report(device, -bytes); // before the address can be another's
    const std::lock_guard lock(self.m_mutex);
    self.give(offset);
}

void Memory::releaseInside(void* inner) { release(instance().outside(inner)); }

void Memory::copy_data(void* target, const void* source, std::size_t bytes) const
{
    std::memcpy(inside(target), inside(source), bytes);
}

void Memory::emptyCache(c10::MempoolId_t)
{
    const std::lock_guard lock(m_mutex);
    for (Pool& pool : m_pools)
        unmapFree(pool);
}

c10::CachingDeviceAllocator::DeviceStats Memory::getDeviceStats(c10::DeviceIndex)
{
    const std::lock_guard lock(m_mutex);
    return m_stats;
}

void Memory::resetPeakStats(c10::DeviceIndex)
{
    const std::lock_guard lock(m_mutex);
    for (auto* stat : {&m_stats.allocation, &m_stats.segment, &m_stats.allocated_bytes,
             &m_stats.reserved_bytes, &m_stats.requested_bytes})
        (*stat)[aggregate].reset_peak();
}

std::pair<std::size_t, std::size_t> Memory::getMemoryInfo(c10::DeviceIndex)
{
    const std::lock_guard lock(m_mutex);
    const auto held = static_cast<std::size_t>(m_stats.reserved_bytes[aggregate].current);
    return {m_capacity > held ? m_capacity - held : 0, m_capacity};
}

void Memory::failAllocation(std::int64_t n)
{
    const std::lock_guard lock(m_mutex);
    m_failIn = n;
}

void Memory::setCapacity(std::size_t bytes, bool isBudget)
{
    const std::lock_guard lock(m_mutex);
    m_capacity = bytes;
    m_isBudget = isBudget;
}

std::int64_t Memory::allocations() const
{
    const std::lock_guard lock(m_mutex);
    return m_allocations;
}

} // namespace mantissa::card
