// SPDX-License-Identifier: Apache-2.0
#pragma once

// The memory of the simulated card: addresses that nobody on the host can follow, handed out by the rules of
// CUDA's caching allocator with expandable segments of 2 MiB, as the program sets it up on a real card, up to
// a capacity. Any thread.
//
// A block lies in the small pool (up to 1 MiB) or in the large one, and is a multiple of 512 bytes. Pools
// grow by pages of 2 MiB. Freed blocks join their neighbours and are used again, the smallest that fits
// first. When the capacity would be passed, whole pages that are free go back, as CUDA does before it gives
// up.

#include <c10/core/CachingDeviceAllocator.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>

namespace mantissa::card {

constexpr c10::DeviceType deviceType = c10::DeviceType::PrivateUse1;

/// The device's addresses are never mapped; what they name lies a fixed distance away, inside.
class Memory final : public c10::DeviceAllocator {
public:
    static Memory& instance();
    /// Reserves addresses. Throws c10::Error when the system has none.
    void start(std::size_t capacity);

    c10::DataPtr allocate(std::size_t bytes) override;
    /// The same for a kernel that runs on the card: the address is the inner one.
    c10::DataPtr allocateInside(std::size_t bytes);
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* target, const void* source, std::size_t bytes) const override;

    bool initialized() override { return m_device != nullptr; }
    void emptyCache(c10::MempoolId_t) override;
    void recordStream(const c10::DataPtr&, c10::Stream) override { }
    c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex) override;
    void resetAccumulatedStats(c10::DeviceIndex) override { }
    void resetPeakStats(c10::DeviceIndex) override;
    /// {free, capacity}
    std::pair<std::size_t, std::size_t> getMemoryInfo(c10::DeviceIndex) override;

    bool isDevice(const void* p) const { return p >= m_device && p < m_device + pools * poolRange; }
    bool isInside(const void* p) const { return p >= m_inside && p < m_inside + pools * poolRange; }
    void* inside(const void* device) const
    {
        return device ? m_inside + (static_cast<const char*>(device) - m_device) : nullptr;
    }
    void* outside(const void* inner) const
    {
        return inner ? m_device + (static_cast<const char*>(inner) - m_inside) : nullptr;
    }

    /// The n-th allocation from now fails (tests); 0: none.
    void failAllocation(std::int64_t n);
    /// What is held beyond it stays; nothing more is handed out.
    void setCapacity(std::size_t bytes, bool isBudget);
    void setListener(void (*listener)(void* data, std::int64_t bytes)) { m_listener = listener; }
    /// Whoever follows a device address from here on is told; see host_fault.h.
    void tellHostFaults() const;
    /// How many were asked for since the start.
    std::int64_t allocations() const;

private:
    static constexpr std::size_t pools = 2; // small blocks, large blocks
    static constexpr std::size_t poolRange = std::size_t{1} << 40; // addresses only
    enum class State : std::uint8_t { Unmapped, Free, Used };
    struct Block {
        std::size_t size = 0;
        std::size_t requested = 0; ///< bytes, while it is used
        State state = State::Unmapped;
    };
    using Blocks = std::map<std::size_t, Block>; ///< by offset
    struct Pool {
        Blocks blocks{}; ///< side by side over the whole range
        std::set<std::pair<std::size_t, std::size_t>> free{}; ///< {size, offset}
    };

    static void release(void* device);
    static void releaseInside(void* inner);
    std::size_t take(std::size_t bytes);
    void give(std::size_t offset);
    Blocks::iterator expanded(Pool& pool, std::size_t size);
    bool map(Pool& pool, std::size_t first, std::size_t last);
    void unmapFree(Pool& pool);
    void cut(Pool& pool, Blocks::iterator block, std::size_t size);
    Blocks::iterator joined(Pool& pool, Blocks::iterator block);
    [[noreturn]] void refuse(std::size_t bytes);

    void report(void* device, std::int64_t bytes) const;

    std::atomic<void (*)(void*, std::int64_t)> m_listener = nullptr;
    char* m_device = nullptr;
    char* m_inside = nullptr;
    mutable std::mutex m_mutex;
    // all below guarded by m_mutex
    std::size_t m_capacity = 0;
    bool m_isBudget = false;
    std::array<Pool, pools> m_pools{};
    c10::CachingDeviceAllocator::DeviceStats m_stats{};
    std::int64_t m_failIn = 0;
    std::int64_t m_allocations = 0;
};

} // namespace mantissa::card
