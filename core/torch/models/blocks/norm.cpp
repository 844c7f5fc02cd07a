// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/norm.h"

#include <ATen/ATen.h>

namespace mantissa {

at::Tensor normed(const NormForm& form, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    if (form.kind == NormKind::Rms)
        return at::rms_norm(x, {x.size(-1)}, weight, form.epsilon);
    return at::layer_norm(x, {x.size(-1)}, weight, bias, form.epsilon);
}

} // namespace mantissa
