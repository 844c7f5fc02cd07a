// SPDX-License-Identifier: Apache-2.0
#pragma once

// The state of a model's blocks in a UnitFile, [weights | remainder | moments] each, read ahead and written
// behind by two threads of its own with explicit requests (never mmap: page faults inside the compute threads
// cost 1.6 times the step, and a fault cannot be reported).

#include "core/memory/memory_class.h"
#include "core/torch/memory/unit_file.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace mantissa {

/// Parts of a block's state, as bits.
enum class Parts : unsigned { None = 0, Weights = 1, Remainder = 2, Moments = 4, Exact = 3, All = 7 };
constexpr Parts operator&(Parts a, Parts b)
{
    return static_cast<Parts>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr Parts operator|(Parts a, Parts b)
{
    return static_cast<Parts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Parts all, Parts part) { return (all & part) == part; }

/// What was read and written since the start, and how long the trainer waited for it.
struct DiskTraffic {
    std::int64_t bytesRead = 0;
    std::int64_t bytesWritten = 0;
    double waitSeconds = 0;
};

class DiskStorage {
public:
    /// Takes the file over. It is removed with this object unless keep() was asked for.
    explicit DiskStorage(UnitFile file);
    ~DiskStorage();
    DiskStorage(const DiskStorage&) = delete;
    DiskStorage& operator=(const DiskStorage&) = delete;

    /// The unit's bytes in a staging buffer, with these parts read; waits for them. Throws c10::Error with
    /// what the system said, of this request or an earlier one of the threads. `read` false: the caller fills
    /// all of it.
    at::Tensor acquire(std::size_t unit, Parts parts, bool read = true);
    /// Gives the buffer back; `changed`: after its bytes were written as the unit's state after update
    /// `step`.
    void release(std::size_t unit, bool changed, std::int64_t step = -1);
    /// Begins to read; without effect when no buffer is free.
    void prefetch(std::size_t unit, Parts parts);
    /// Waits until everything is committed.
    void drain();
    /// Whether the file stays when this object goes: it holds what is nowhere else.
    void keep(bool kept);

    /// The update whose result a committed unit is; -1: never written.
    std::int64_t stepOf(std::size_t unit) const;
    std::int64_t fileBytes() const;
    /// The file's bytes by what they are for; spare slots and headers are workspace.
    MemoryComposition composition() const;
    DiskTraffic traffic() const;
    const std::filesystem::path& file() const;
    /// What to tell: no O_DIRECT here, for example. Empty when there is nothing.
    const std::string& notice() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mantissa
