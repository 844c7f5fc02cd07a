// SPDX-License-Identifier: Apache-2.0
// mantissa::loss_rows_ on the CPU: our kernel, or put together from LibTorch's operations where the processor
// has none.

#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/kernels/operator_types.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t logitsPerTask = 1 << 15;

void byKernel(const at::Tensor& logits, const at::Tensor& targets, double scale, bool gradient, double& loss)
{
    const auto rows = logits.size(0);
    const auto vocab = logits.size(1);
    TORCH_CHECK(logits.is_contiguous() && targets.is_contiguous(), "the loss reads dense rows");
    const at::Tensor losses = at::empty({rows}, logits.options().dtype(at::kDouble));
    void* data = const_cast<void*>(logits.const_data_ptr()); // in place, as the schema says
    const LossCall call{.element = logits.scalar_type() == at::kFloat ? Element::Fp32
            : logits.scalar_type() == at::kBFloat16                   ? Element::Bf16
                                                                      : Element::Fp16,
        .vocab = vocab,
        .logits = data,
        .targets = targets.const_data_ptr<std::int64_t>(),
        .losses = losses.mutable_data_ptr<double>(),
        .scale = static_cast<float>(scale),
        .gradient = gradient ? data : nullptr};
    for (std::int64_t row = 0; row < rows; ++row)
        TORCH_CHECK_INDEX(call.targets[row] >= 0 && call.targets[row] < vocab, "Target ", call.targets[row],
            " is out of bounds.");
    at::parallel_for(0, rows, std::max<std::int64_t>(1, logitsPerTask / vocab),
        [&](std::int64_t first, std::int64_t last) { cpuKernels()->loss(call, first, last); });
    for (std::int64_t row = 0; row < rows; ++row) // in order, whatever the threads
        loss += call.losses[row];
}

void byLibTorch(const at::Tensor& given, const at::Tensor& targets, double scale, bool gradient, double& loss)
{
    at::Tensor logits = given;
    const at::Tensor index = targets.unsqueeze(1);
    logits.sub_(logits.amax(1, /*keepdim*/ true));
    const at::Tensor chosen = logits.gather(1, index);
    logits.exp_();
    const at::Tensor sum = logits.sum(1, /*keepdim*/ true);
    loss += (sum.log() - chosen).sum().item<double>();
    if (!gradient)
        return;
    logits.div_(sum);
    logits.scatter_add_(1, index, at::full({targets.size(0), 1}, -1.0, logits.options()));
    logits.mul_(scale);
}

void lossRowsOnCpu(
    const at::Tensor& logits, const at::Tensor& targets, double scale, bool gradient, const at::Tensor& loss)
{
    double& sum = *loss.mutable_data_ptr<double>();
    if (cpuKernels())
        byKernel(logits, targets, scale, gradient, sum);
    else
        byLibTorch(logits, targets, scale, gradient, sum);
}

} // namespace

} // namespace mantissa

TORCH_LIBRARY_IMPL(mantissa, CPU, library)
{
    library.impl("loss_rows_", static_cast<mantissa::LossRowsOperator*>(&mantissa::lossRowsOnCpu));
}
