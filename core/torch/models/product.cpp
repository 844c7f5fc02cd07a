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

} // namespace

at::Tensor product(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context)
{
    const at::Tensor rows = input.reshape({-1, input.size(-1)});
    const at::Tensor result
        = emulates(rows, context) ? emulatedLinear(rows, weight, bias) : at::addmm(bias, rows, weight);
    auto sizes = input.sizes().vec();
    sizes.back() = weight.size(1);
    return result.view(sizes);
}

at::Tensor productTransposed(
    const at::Tensor& input, const at::Tensor& weight, const ForwardContext& context, const at::Tensor& bias)
{
    if (emulates(input, context))
        return emulatedLinear(input, weight.t(), bias);
    return bias.defined() ? at::addmm(bias, input, weight.t()) : at::mm(input, weight.t());
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
