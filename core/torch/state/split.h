// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors in and out of pairs: the kernels of pair.h over all threads on the CPU, stock operations on a
// device.

#include "core/precision/precision.h"
#include "core/torch/state/pair.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace mantissa {

/// Fills `high` (BF16 or FP16) and `low` (int16) from FP32 `from`, all contiguous on one device. Returns
/// mismatches.
std::int64_t splitTensor(
    const at::Tensor& from, at::Tensor& high, at::Tensor& low, std::vector<PairEscape>& escapes);
/// The reverse, into FP32 `to`. Returns mismatches found on the way (BF16).
std::int64_t joinTensor(
    const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes, at::Tensor& to);

} // namespace mantissa
