// SPDX-License-Identifier: Apache-2.0
#pragma once

// Matrix products, attention and convolutions as every block uses them: LibTorch's own where the device has
// the format, else emulated.

#include "core/torch/models/model.h"

namespace mantissa {

/// input [.., in] times a matrix of a file, [in, out] when `inputsFirst` and else [out, in]; plus bias [out]
/// where it is defined.
at::Tensor linear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, bool inputsFirst,
    const ForwardContext& context);
/// The same for its gradients alone, of a product whose result nobody reads: its numbers may be anything.
at::Tensor unreadLinear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
    bool inputsFirst, const ForwardContext& context);
/// input [rows, in] times the transpose of weight [out, in], plus bias [out] where it is defined.
at::Tensor productTransposed(const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context,
    const at::Tensor& bias = {});
/// Drops elements in training, as often as `dropout` says.
at::Tensor dropped(const at::Tensor& x, double dropout, const ForwardContext& context);

/// The gradient a^T flow of `matrix`, by multiply(left, right), laid out as the matrix lies: else autograd
/// would copy it.
template <class Multiply>
at::Tensor gradientAsItLies(
    const at::Tensor& matrix, const at::Tensor& a, const at::Tensor& flow, const Multiply& multiply)
{
    return matrix.stride(-1) == 1 ? multiply(a.t(), flow) : multiply(flow.t(), a).t();
}

/// a [rows, k] times b [k, columns] without a graph, in the format of both.
at::Tensor plainProduct(const at::Tensor& a, const at::Tensor& b, const ForwardContext& context);

/// Causal attention of a query [batch, heads, length, width] over keys and values [batch, kvHeads, length,
/// width], with the form's scale, cap and window. A query of length 1 sees all keys.
at::Tensor causalAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const AttentionForm& form, double dropout, const ForwardContext& context);

/// A 3 x 3 convolution of [batch, channels, side, side] with padding 1.
at::Tensor convolution(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context);

} // namespace mantissa
