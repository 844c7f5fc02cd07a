// SPDX-License-Identifier: Apache-2.0
#pragma once

// The allocator of every CPU tensor: counts requested bytes by tier and class, remembers the composition at
// the instant Device was fullest, keeps freed blocks for reuse, and refuses what would pass the budget. With
// an accelerator, Device is its memory: blocks there are counted as they are told, and all of the CPU is
// Host. Any thread.

#include "core/memory/memory_reading.h"
#include "core/torch/memory/tier_scope.h"

#include <c10/core/Allocator.h>
#include <c10/core/Storage.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mantissa {

/// Live bytes now, as counted.
struct LiveMemory {
    std::array<MemoryComposition, allTiers.size()> byTier{};
    std::array<std::int64_t, allTiers.size()>
        reserved{}; ///< taken from the system: headers, rounding and cache included
};

class CountedAllocator final : public c10::Allocator {
public:
    /// The one that initializeEngine() installs in LibTorch. Never destroyed: tensors may outlive statics.
    static CountedAllocator& instance();

    c10::DataPtr allocate(std::size_t bytes) override;
    c10::DeleterFnPtr raw_deleter() const override;
    void copy_data(void* target, const void* source, std::size_t bytes) const override;

    /// Peaks count from here on.
    void resetPeaks();
    /// Since resetPeaks(): live, requested bytes.
    MemoryReading peaks() const;
    LiveMemory live() const;
    /// What was on Device when it was fullest since resetPeaks(), by class, in words.
    std::string devicePeakText() const;

    /// Begins to note the fullest instant of each part of the work; `false` stops it.
    void noteInstants(bool on);
    /// What is done from here on is called so.
    void mark(std::string name);
    /// Ends the last part and gives back all since noteInstants().
    std::vector<MemoryInstant> instants();

    /// Moves a block's bytes to another class: a gradient becomes known as one only when autograd hands it
    /// over. Of an accelerator's blocks those are known that were told.
    void reclassify(const c10::Storage& storage, MemoryClass memoryClass);
    /// The tier that a block was taken for.
    Tier tierOf(const c10::Storage& storage) const;

    /// Whether Device is an accelerator from here on.
    void setAccelerator(bool there);
    bool hasAccelerator() const;
    /// A block there was taken (bytes > 0), for the calling thread's purpose, or freed.
    void noteDevice(void* data, std::int64_t bytes);

    /// Device bytes beyond which allocate() throws c10::OutOfMemoryError; nothing: no limit.
    void setBudget(std::optional<std::int64_t> bytes);
    /// Makes the n-th allocation from now fail (tests); 0: none.
    void failAllocation(std::int64_t n);
    /// How many blocks were asked for since the start.
    std::int64_t allocations() const;
    void emptyCache();

private:
    struct Header;
    CountedAllocator() = default;
    static void release(void* data);
    void growDevice(MemoryClass memoryClass, std::int64_t bytes);
    void* take(std::size_t capacity, Tier tier);
    void giveBackCache();
    [[noreturn]] void refuse(std::int64_t bytes);

    mutable std::mutex m_mutex;
    // all below guarded by m_mutex
    LiveMemory m_live{};
    MemoryReading m_peaks{};
    std::array<std::map<std::size_t, std::vector<void*>>, allTiers.size()>
        m_cache{}; // freed blocks by capacity
    std::optional<std::int64_t> m_budget{};
    bool m_hasAccelerator = false;
    struct DeviceBlock {
        std::int64_t bytes = 0;
        MemoryClass memoryClass = MemoryClass::Activations;
    };
    std::unordered_map<const void*, DeviceBlock> m_onDevice{}; ///< an accelerator's, by address
    std::int64_t m_failIn = 0;
    std::int64_t m_allocations = 0;
    bool m_notesInstants = false;
    std::vector<MemoryInstant> m_instants{};
};

} // namespace mantissa
