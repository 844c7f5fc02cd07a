// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a device without a 16-bit format does with it: operands are numbers of the format, products and sums
// are FP32, results are rounded once. Backward keeps the 16-bit operands, so activations stay as small as
// they are where the format is native.

#include <ATen/core/Tensor.h>

#include <optional>

namespace mantissa {

/// a [rows, inner] times b [inner, columns] without a graph, in the format of both.
at::Tensor emulatedMatrixProduct(const at::Tensor& a, const at::Tensor& b);
/// input [rows, in] times weight [in, out] plus bias [out], which may be undefined. Not `isRead`: for its
/// gradients alone, its numbers may be anything.
at::Tensor emulatedLinear(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, bool isRead = true);
/// Causal attention of [batch, heads, length, width] each, without dropout.
/// `mask`: true where a query sees a key, [length, length]; undefined: all before it. `scale`: of the scores.
at::Tensor emulatedAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& mask, std::optional<double> scale);
/// A 3 x 3 convolution of [batch, channels, side, side] with padding 1.
at::Tensor emulatedConvolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias);

} // namespace mantissa
