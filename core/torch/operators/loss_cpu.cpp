// SPDX-License-Identifier: Apache-2.0
// mantissa::loss_rows_ on the CPU, put together from LibTorch's operations.

#include "core/torch/kernels/operator_types.h"

#include <ATen/ATen.h>
#include <torch/library.h>

namespace mantissa {

namespace {

void lossRowsOnCpu(
    const at::Tensor& given, const at::Tensor& targets, double scale, bool gradient, const at::Tensor& loss)
{
    at::Tensor logits = given;
    const at::Tensor index = targets.unsqueeze(1);
    logits.sub_(logits.amax(1, /*keepdim*/ true));
    const at::Tensor chosen = logits.gather(1, index);
    logits.exp_();
    const at::Tensor sum = logits.sum(1, /*keepdim*/ true);
    *loss.mutable_data_ptr<double>() += (sum.log() - chosen).sum().item<double>();
    if (!gradient)
        return;
    logits.div_(sum);
    logits.scatter_add_(1, index, at::full({targets.size(0), 1}, -1.0, logits.options()));
    logits.mul_(scale);
}

} // namespace

} // namespace mantissa

TORCH_LIBRARY_IMPL(mantissa, CPU, library)
{
    library.impl("loss_rows_", static_cast<mantissa::LossRowsOperator*>(&mantissa::lossRowsOnCpu));
}
