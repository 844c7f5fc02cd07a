// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/product.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace mantissa {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// FP16 on a device without FP16 arithmetic: operands are FP16 numbers, products and sums FP32, results rounded once.
/// Saves the FP16 operands, so activations stay 16-bit.
struct EmulatedProduct : torch::autograd::Function<EmulatedProduct> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight)
    {
        context->save_for_backward({input, weight});
        return at::mm(input.to(at::kFloat), weight.to(at::kFloat)).to(at::kHalf);
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor gradient = outputs[0].to(at::kFloat);
        at::Tensor toInput = at::mm(gradient, saved[1].to(at::kFloat).t()).to(at::kHalf);
        at::Tensor toWeight = at::mm(saved[0].to(at::kFloat).t(), gradient).to(at::kHalf);
        return {std::move(toInput), std::move(toWeight)};
    }
};

bool emulates(const at::Tensor& input, const ForwardContext& context)
{
    return context.emulatesFp16 && input.scalar_type() == at::kHalf;
}

} // namespace

at::Tensor product(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context)
{
    const at::Tensor rows = input.reshape({-1, input.size(-1)});
    const at::Tensor result
        = emulates(rows, context) ? EmulatedProduct::apply(rows, weight) + bias : at::addmm(bias, rows, weight);
    auto sizes = input.sizes().vec();
    sizes.back() = weight.size(1);
    return result.view(sizes);
}

at::Tensor productTransposed(const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context)
{
    return emulates(input, context) ? EmulatedProduct::apply(input, weight.t()) : at::mm(input, weight.t());
}

at::Tensor plainProduct(const at::Tensor& a, const at::Tensor& b, const ForwardContext& context)
{
    return emulates(a, context) ? at::mm(a.to(at::kFloat), b.to(at::kFloat)).to(at::kHalf) : at::mm(a, b);
}

} // namespace mantissa
