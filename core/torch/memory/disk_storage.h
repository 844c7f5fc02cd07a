// SPDX-License-Identifier: Apache-2.0
#pragma once

// One file that holds the state of a model's blocks, a contiguous unit each: [weights | remainder | moments], sections aligned to
// 4096 bytes. Read and written by two threads of its own with explicit requests (never mmap: page faults inside the compute
// threads cost 1.6 times the step, and a fault cannot be reported). A unit is written out of place into a spare slot and
// counts once its header is committed, so that a failed write leaves each unit whole: as it was, or as it is.

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace mantissa {

/// Parts of a block's state, as bits.
enum class Parts : unsigned { None = 0, Weights = 1, Remainder = 2, Moments = 4, Exact = 3, All = 7 };
constexpr Parts operator&(Parts a, Parts b) { return static_cast<Parts>(static_cast<unsigned>(a) & static_cast<unsigned>(b)); }
constexpr Parts operator|(Parts a, Parts b) { return static_cast<Parts>(static_cast<unsigned>(a) | static_cast<unsigned>(b)); }
constexpr bool has(Parts all, Parts part) { return (all & part) == part; }

/// Where the sections of a unit begin, in bytes from its start; multiples of 4096.
struct UnitLayout {
    std::int64_t remainder = 0;
    std::int64_t moments = 0;
    std::int64_t end = 0;
};

/// What was read and written since the start, and how long the trainer waited for it.
struct DiskTraffic {
    std::int64_t bytesRead = 0;
    std::int64_t bytesWritten = 0;
    double waitSeconds = 0;
};

class DiskStorage {
public:
    /// Makes `file` for these units, anew: space is checked and reserved. It is removed with this object. Errors: folder not
    /// there, too little space.
    static Result<std::unique_ptr<DiskStorage>> open(const std::filesystem::path& file, std::vector<UnitLayout> units);
    ~DiskStorage();
    DiskStorage(const DiskStorage&) = delete;
    DiskStorage& operator=(const DiskStorage&) = delete;

    /// The unit's bytes in a staging buffer, with these parts read; waits for them. Throws c10::Error with what the system said,
    /// of this request or an earlier one of the threads. `read` false: the caller fills all of it.
    at::Tensor acquire(std::size_t unit, Parts parts, bool read = true);
    /// Gives the buffer back; `changed`: after its bytes were written as the unit's state after update `step`.
    void release(std::size_t unit, bool changed, std::int64_t step = -1);
    /// Begins to read; without effect when no buffer is free.
    void prefetch(std::size_t unit, Parts parts);
    /// Waits until everything is committed.
    void drain();

    /// The update whose result a committed unit is; -1: never written.
    std::int64_t stepOf(std::size_t unit) const;
    std::int64_t fileBytes() const;
    DiskTraffic traffic() const;
    const std::filesystem::path& file() const;
    /// What to tell: no O_DIRECT here, for example. Empty when there is nothing.
    const std::string& notice() const;

private:
    struct Impl;
    explicit DiskStorage(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace mantissa
