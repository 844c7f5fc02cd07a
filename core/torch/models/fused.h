// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of a block that one kernel of ours does in one pass where LibTorch makes several, forward and
// backward: on the CPU, in any format, where the processor has AVX2. Elsewhere LibTorch's own are used.

#include "core/model/block_forms.h"

#include <ATen/core/Tensor.h>

#include <optional>

namespace mantissa {

/// Whether the functions below take x.
bool fuses(const at::Tensor& x);

/// Causal attention of query [batch, heads, length, width], key and value [batch, kvHeads, length, width]
/// without dropout. `window`: keys that a query sees; 0: all before it.
at::Tensor fusedAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    std::optional<double> scale, std::int64_t window);
/// The same of one tensor: [batch, length, 3, heads, width], or with `part` 3 [batch, length, heads, 3,
/// width]. Its gradient is one tensor as well.
at::Tensor fusedAttention(
    const at::Tensor& qkv, std::int64_t part, std::optional<double> scale, std::int64_t window);

/// activation(gate), times up where it is defined; rows of any stride.
at::Tensor fusedActivation(Activation activation, const at::Tensor& gate, const at::Tensor& up);
/// The same where the second half of each row is what the first one gates.
at::Tensor fusedHalves(Activation activation, const at::Tensor& both);

/// Over the last dimension. `bias` and `weight` may be undefined.
at::Tensor fusedNorm(
    const NormForm& form, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

/// A map [samples, channels, height, width] rectified, and the largest of each 2 x 2.
at::Tensor fusedPool(const at::Tensor& map);

/// x [samples, length, heads, headWidth]; the angles' cosine and sine in FP32, [length, turned width / 2].
at::Tensor fusedRotation(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine);

} // namespace mantissa
