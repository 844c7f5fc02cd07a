// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moves the weights along the displacement of their means, exactly: joined, added to in FP32, and split
// again. Moments stay.

#include "core/torch/engine/readout.h"
#include "core/torch/state/parameter_store.h"
#include "core/training/engine.h"

namespace mantissa {

/// The largest |displacement| / |w| of all tensors, after the limit. The read-out has two windows.
double moveWeights(ParameterStore& store, const Readout& readout, const JumpOrder& order, std::int64_t seed);

} // namespace mantissa
