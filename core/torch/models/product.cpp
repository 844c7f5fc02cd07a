// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/product.h"

#include "core/torch/models/emulated.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

bool emulates(const at::Tensor& input, const ForwardContext& context)
{
    return context.emulates && input.scalar_type() != at::kFloat;
}

/// a [rows, k] times b [k, columns], plus bias [columns] where it is defined.
at::Tensor multiplied(
    const at::Tensor& a, const at::Tensor& b, const at::Tensor& bias, const ForwardContext& context)
{
    if (emulates(a, context))
        return emulatedLinear(a, b, bias);
    return bias.defined() ? at::addmm(bias, a, b) : at::mm(a, b);
}

} // namespace

at::Tensor linear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, bool inputsFirst,
    const ForwardContext& context)
{
    auto sizes = input.sizes().vec();
    sizes.back() = weight.size(inputsFirst ? 1 : 0);
    return multiplied(input.reshape({-1, input.size(-1)}), inputsFirst ? weight : weight.t(), bias, context)
        .view(sizes);
}

at::Tensor dropped(const at::Tensor& x, double dropout, const ForwardContext& context)
{
    return dropout > 0 ? at::dropout(x, dropout, context.training) : x;
}

at::Tensor productTransposed(
    const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context, const at::Tensor& bias)
{
    return multiplied(input, weight.t(), bias, context);
}

at::Tensor plainProduct(const at::Tensor& a, const at::Tensor& b, const ForwardContext& context)
{
    return emulates(a, context) ? emulatedMatrixProduct(a, b) : at::mm(a, b);
}

at::Tensor causalAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    double dropout, const ForwardContext& context)
{
    if (emulates(query, context) && dropout == 0)
        return emulatedAttention(query, key, value);
    return at::scaled_dot_product_attention(query, key, value, {}, dropout, /*is_causal*/ true);
}

at::Tensor convolution(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context)
{
    return emulates(input, context) ? emulatedConvolution(input, weight, bias)
                                    : at::conv2d(input, weight, bias, 1, 1);
}

} // namespace mantissa
