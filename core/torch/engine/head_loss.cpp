// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/head_loss.h"

#include "core/torch/models/fused.h"
#include "core/torch/operators/operators.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace mantissa {

namespace {

/// Where the losses of rows are summed.
at::Tensor sumOn(const at::Tensor& logits)
{
    return at::zeros({1}, logits.options().dtype(at::kDouble).requires_grad(false));
}

/// Its gradient is known with the loss, and goes as soon as it was used: nothing holds it during the rest of
/// the way back.
struct LossOfRows : torch::autograd::Function<LossOfRows> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
        const at::Tensor& targets, double scale)
    {
        at::Tensor sum = sumOn(logits);
        // nobody needs the logits again: what made them keeps its inputs. Data of its own, so that autograd
        // does not take them for spoilt.
        const at::Tensor gradient = logits.variable_data();
        ops::lossRows(
            gradient, targets, scale / static_cast<double>(targets.numel()), /*gradient*/ true, sum);
        context->save_for_backward({gradient});
        return sum;
    }
    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, torch::autograd::variable_list /*one*/)
    {
        return {context->get_saved_variables()[0], {}, {}};
    }
};

} // namespace

HeadLoss headLoss(const at::Tensor& logits, const at::Tensor& targets, double scale)
{
    if (!fuses(logits)) {
        const at::Tensor plain = at::cross_entropy_loss(logits.to(at::kFloat), targets);
        return {.loss = plain.item<double>(), .root = scale == 1 ? plain : plain * scale};
    }
    at::Tensor sum = LossOfRows::apply(logits, targets, scale);
    const double loss = sum.item<double>() / static_cast<double>(targets.numel());
    return {.loss = loss, .root = std::move(sum)};
}

double lossOf(const at::Tensor& logits, const at::Tensor& targets)
{
    if (!fuses(logits))
        return at::cross_entropy_loss(logits.to(at::kFloat), targets).item<double>();
    const at::Tensor sum = sumOn(logits);
    ops::lossRows(logits, targets, 1, /*gradient*/ false, sum);
    return sum.item<double>() / static_cast<double>(targets.numel());
}

} // namespace mantissa
