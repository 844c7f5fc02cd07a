// SPDX-License-Identifier: Apache-2.0
#pragma once

// Layer norm and RMS norm over the last dimension.

#include "core/model/block_forms.h"

#include <ATen/core/Tensor.h>

namespace mantissa {

/// `bias` is undefined for RMS norm.
at::Tensor normed(
    const NormForm& form, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

} // namespace mantissa
