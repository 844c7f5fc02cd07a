// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run may hold on its device, as far as the config says it.

#include "core/record/run_config.h"

#include <cstdint>
#include <optional>

namespace mantissa {

/// Bytes that a card's driver and libraries take beside the program's tensors: context, kernels, workspaces.
/// An estimate until one is measured on the card: a sixteenth of what it has, at most 512 MiB.
std::int64_t cardAllowance(std::int64_t cardBytes);

/// The smaller of `memory.budget` and what a simulated card has beside its allowance; nothing where neither
/// is given.
std::optional<std::int64_t> deviceLimit(const MemoryConfig& memory);

/// The same device without a limit, to measure what something needs.
MemoryConfig withoutLimit(MemoryConfig memory);

} // namespace mantissa
