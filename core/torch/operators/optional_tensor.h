// SPDX-License-Identifier: Apache-2.0
#pragma once

// How an operand that may be absent is handed to an operator.

#include <ATen/core/Tensor.h>

#include <optional>

namespace mantissa {

using Maybe = std::optional<at::Tensor>;

/// Absent where the tensor is undefined.
inline Maybe maybe(const at::Tensor& tensor) { return tensor.defined() ? Maybe(tensor) : std::nullopt; }

} // namespace mantissa
