// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the name of a device in a config to LibTorch's device.

#include "core/base/result.h"
#include "core/record/run_config.h"
#include "core/torch/card/simulated_card.h"

#include <c10/core/Device.h>

#include <string>

namespace mantissa {

/// Tries libtorch_cuda: before anyone asks LibTorch whether CUDA is there. Called by initializeEngine().
void loadCuda();
/// Why CUDA is off, or empty.
const std::string& cudaProblem();
/// CUDA's, that LibTorch sees.
int cardCount();

/// As the driver names it, "GPU-…"; empty for what is no card, or where the driver cannot be asked.
std::string cardUuid(c10::Device device);
/// Why a card of this compute capability (80: 8.0) cannot be used; empty: it can, or is not known.
std::string whyTooOld(int capability);

/// The device that `memory.device` names, its allocator limited to what the config allows it: the budget, or
/// what a card has beside its allowance. A simulated card's library is loaded with its first use. Errors: no
/// such device here, or no device at all.
Result<c10::Device> openDevice(const MemoryConfig& memory);

/// The door of the simulated card's library. Errors: it cannot be loaded.
Result<const SimulatedCardApi*> loadSimulatedCard();

} // namespace mantissa
