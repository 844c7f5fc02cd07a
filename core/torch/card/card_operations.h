// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the simulated card computes: LibTorch's own CPU kernels, and ours, over the card's memory. So every
// result has the CPU's bits, and an operation that the CPU lacks is missing here too.

#include <cstdint>

namespace mantissa::card {

/// Once for the process.
void registerOperations();

struct OperationCounts {
    std::int64_t operations = 0;
    std::int64_t copiesToDevice = 0;
    std::int64_t bytesToDevice = 0;
    std::int64_t copiesToHost = 0;
    std::int64_t bytesToHost = 0;
    std::int64_t reads = 0; ///< of single numbers
};
/// Since the start.
OperationCounts operationCounts();

} // namespace mantissa::card
