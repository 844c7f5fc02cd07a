// SPDX-License-Identifier: Apache-2.0
#pragma once

// Matrix products as every block uses them.

#include "core/torch/models/model.h"

namespace mantissa {

/// input [.., in] times weight [in, out] plus bias [out].
at::Tensor product(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context);
/// input [rows, in] times the transpose of weight [out, in], without bias.
at::Tensor productTransposed(const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context);

/// a [rows, k] times b [k, columns] without a graph, in the format of both.
at::Tensor plainProduct(const at::Tensor& a, const at::Tensor& b, const ForwardContext& context);

} // namespace mantissa
