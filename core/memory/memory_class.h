// SPDX-License-Identifier: Apache-2.0
#pragma once

// What bytes are for, and a count of bytes by purpose.

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace mantissa {

enum class MemoryClass { Weights, Remainder, Gradients, Moments, Activations, Workspace, Data };

inline constexpr std::array allMemoryClasses{MemoryClass::Weights, MemoryClass::Remainder,
    MemoryClass::Gradients, MemoryClass::Moments, MemoryClass::Activations, MemoryClass::Workspace,
    MemoryClass::Data};

constexpr std::size_t indexOf(MemoryClass memoryClass) { return static_cast<std::size_t>(memoryClass); }

std::string_view nameOf(MemoryClass memoryClass);
Result<MemoryClass> parseMemoryClass(std::string_view name);

/// Bytes by purpose. On CUDA `other` holds what the allocator counts beyond the tensors we know; 0 on CPU.
struct MemoryComposition {
    std::array<std::int64_t, allMemoryClasses.size()> bytes{};
    std::int64_t other = 0;

    std::int64_t& at(MemoryClass memoryClass) { return bytes[indexOf(memoryClass)]; }
    std::int64_t at(MemoryClass memoryClass) const { return bytes[indexOf(memoryClass)]; }
    std::int64_t total() const { return std::accumulate(bytes.begin(), bytes.end(), other); }
    friend bool operator==(const MemoryComposition&, const MemoryComposition&) = default;
};

} // namespace mantissa
