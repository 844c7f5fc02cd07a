// SPDX-License-Identifier: Apache-2.0
#pragma once

// The door to a card that does not exist: a device of LibTorch's own kind (PrivateUse1, named "simulated").
// Bytes and bits are real: memory is handed out and refused as a card's is, results are the CPU's. Seconds
// are not. A library of its own, loaded when a run asks for it. Nothing here needs LibTorch to be read.

#include <cstddef>
#include <cstdint>

namespace mantissa {

/// Since the start; what a real card would have had to do.
struct CardCounters {
    std::int64_t operations = 0;
    std::int64_t copiesToDevice = 0;
    std::int64_t bytesToDevice = 0;
    std::int64_t copiesToHost = 0;
    std::int64_t bytesToHost = 0;
    std::int64_t reads = 0; ///< of single numbers: each waits for all that was launched
    std::int64_t foreignResults = 0; ///< made by a kernel outside the card's memory, and copied there
    std::int64_t allocations = 0;
};

struct SimulatedCardApi {
    /// Registers the device. Once, after the program has put its own CPU allocator into LibTorch. Throws
    /// c10::Error.
    void (*start)(std::size_t capacity) = nullptr;
    /// Bytes that its allocator may reserve from here on; whose limit they are is said when they do not do.
    void (*setCapacity)(std::size_t capacity, bool isBudget) = nullptr;
    CardCounters (*counters)() = nullptr;
    /// Hears of every block on whatever thread takes it (bytes > 0) or frees it, before the address is
    /// anybody's.
    void (*setListener)(void (*listener)(void* data, std::int64_t bytes)) = nullptr;
    /// The n-th allocation from now fails; 0: none.
    void (*failAllocation)(std::int64_t n) = nullptr;
    /// Takes SIGSEGV again, where somebody has taken it since start().
    void (*tellHostFaults)() = nullptr;
};

} // namespace mantissa

extern "C" const mantissa::SimulatedCardApi* mantissaSimulatedCard();
