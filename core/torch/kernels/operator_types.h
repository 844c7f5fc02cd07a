// SPDX-License-Identifier: Apache-2.0
#pragma once

// The C++ types of the operators of mantissa:: that have a kernel for each kind of device. LibTorch refuses a
// kernel whose C++ type is not that of the others, and a call by another type: so kernels and callers name
// these. What changes is written in place, whatever the const says of the handle.

#include <ATen/core/Tensor.h>

#include <optional>

namespace mantissa {

/// mantissa::split_(Tensor from, Tensor(a!) high, Tensor(b!) low, Tensor(c!) counts, Tensor(d!)? escapes)
using SplitOperator = void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
    const std::optional<at::Tensor>&);
/// mantissa::join_(Tensor high, Tensor low, Tensor(a!) to, Tensor(b!) counts)
using JoinOperator = void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&);
/// mantissa::adamw_(Tensor(a!)? value, Tensor(b!)? high, Tensor(c!)? low, Tensor(d!) m, Tensor(e!) v,
///   Tensor(f!)? m_scale, Tensor(g!)? v_scale, Tensor gradient, Tensor? rows, float[] scalars,
///   bool stochastic, int noise, Tensor(h!) not_finite)
using AdamwOperator = void(const std::optional<at::Tensor>&, const std::optional<at::Tensor>&,
    const std::optional<at::Tensor>&, const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
    const std::optional<at::Tensor>&, const at::Tensor&, const std::optional<at::Tensor>&,
    c10::ArrayRef<double>, bool, std::int64_t, const at::Tensor&);
/// mantissa::windows(Tensor from, Tensor? low, int stretch, int window, int offset) -> Tensor
using WindowsOperator = at::Tensor(
    const at::Tensor&, const std::optional<at::Tensor>&, std::int64_t, std::int64_t, std::int64_t);
/// mantissa::loss_rows_(Tensor(a!) logits, Tensor targets, float scale, bool gradient, Tensor(b!) loss)
using LossRowsOperator = void(const at::Tensor&, const at::Tensor&, double, bool, const at::Tensor&);

} // namespace mantissa
