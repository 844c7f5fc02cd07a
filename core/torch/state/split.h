// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors in and out of pairs, on whatever device they are.

#include "core/torch/state/pair.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace mantissa {

/// What a split needs beside the halves; taken beforehand where nothing may run out later.
struct SplitRoom {
    at::Tensor counts{};
    at::Tensor escapes{}; ///< FP16
    at::Tensor countsOnHost{};
    at::Tensor escapesOnHost{};
};
/// For `elements` in the format of `high`, as workspace.
SplitRoom splitRoom(at::ScalarType high, std::int64_t elements, at::Device device);

/// Fills `high` (BF16 or FP16) and `low` (int16) from FP32 `from`, all contiguous on one device; waits for
/// it. Returns mismatches.
std::int64_t splitTensor(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low,
    std::vector<PairEscape>& escapes, SplitRoom room = {});
/// The reverse, into FP32 `to`; does not wait.
void joinInto(const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes,
    const at::Tensor& to);
/// The same, and waits: returns mismatches found on the way (BF16).
std::int64_t joinTensor(const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes,
    const at::Tensor& to);

} // namespace mantissa
