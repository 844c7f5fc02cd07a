// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/norm.h"

#include "core/torch/models/fused.h"

#include <ATen/ATen.h>

namespace mantissa {

at::Tensor normed(const NormForm& form, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    if (fuses(x) && weight.scalar_type() == x.scalar_type()
        && (!bias.defined() || bias.scalar_type() == x.scalar_type()))
        return fusedNorm(form, x, weight, bias);
    switch (form.kind) {
    case NormKind::Rms:
        return at::rms_norm(x, {x.size(-1)}, weight, form.epsilon);
    case NormKind::RmsPlusOne: // in FP32 through the product with 1 + weight, rounded once
        return at::rms_norm(x.to(at::kFloat), {x.size(-1)}, weight.to(at::kFloat) + 1, form.epsilon)
            .to(x.scalar_type());
    case NormKind::Layer:
        break;
    }
    return at::layer_norm(x, {x.size(-1)}, weight, bias, form.epsilon);
}

} // namespace mantissa
