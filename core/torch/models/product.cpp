// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/product.h"

#include "core/base/instruction_set.h"
#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/models/emulated.h"
#include "core/torch/models/fused.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace mantissa {

namespace {

bool emulates(const at::Tensor& input, const ForwardContext& context)
{
    return context.emulates && input.scalar_type() != at::kFloat;
}

/// x [rows, in] times weight [out, in] transposed, plus bias [out], by oneDNN in any format. LibTorch's own
/// mm() takes MKL for FP32, which is up to a tenth slower on the processors measured, and adds a bias to 16
/// bits in a pass of its own (docs/measurements/2026-11-28-kernels.md).
/// Where the processor has tiles, this door lays a weight that lies across memory out anew at each call,
/// which takes longer than the product; mm() has a kernel for it there
/// (docs/measurements/2026-11-29-tiles.md).
at::Tensor byOneDnn(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    if (weight.scalar_type() == at::kBFloat16 && weight.stride(-1) != 1 && hasMatrixTiles()) {
        at::Tensor product = at::mm(x, weight.t());
        return bias.defined() ? product.add_(bias) : product; // rounded once more, as LibTorch's addmm is
    }
    static const auto op
        = c10::Dispatcher::singleton()
              .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
              .typed<at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                  std::string_view, c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>)>();
    return op.call(x, weight, bias.defined() ? std::optional(bias) : std::nullopt, "none",
        c10::List<std::optional<at::Scalar>>(), "");
}

/// Rows that lie across memory (a transposed matrix, as in the gradient of a weight) are MKL's to read
/// faster, and so is a single row, of a text that goes on token by token. FP16 has no fast kernel behind this
/// door: oneDNN 3.10 falls to its reference there, a hundred times slower, where mm() is as fast as FP32.
bool takesOneDnn(const at::Tensor& x)
{
    return x.scalar_type() != at::kHalf && cpuKernels() && at::hasMKLDNN() && x.size(0) > 1
        && x.stride(-1) == 1 && (x.is_cpu() || x.is_privateuseone())
        && at::globalContext().userEnabledMkldnn();
}

struct Product : torch::autograd::Function<Product> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& a,
        const at::Tensor& b, const std::optional<at::Tensor>& bias, bool isRead)
    {
        context->save_for_backward({a, b});
        context->saved_data["bias"] = bias.has_value();
        return isRead ? byOneDnn(a, b.t(), bias.value_or(at::Tensor()))
                      : at::empty({a.size(0), b.size(1)}, a.options());
    }
    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext* context, torch::autograd::variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor& flow = outputs[0];
        torch::autograd::variable_list gradients(4);
        if (context->needs_input_grad(0))
            gradients[0] = byOneDnn(flow, saved[1], {});
        if (context->needs_input_grad(1))
            gradients[1] = gradientAsItLies(saved[1], saved[0], flow,
                [](const at::Tensor& left, const at::Tensor& right) { return at::mm(left, right); });
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2))
            gradients[2] = flow.sum(0);
        return gradients;
    }
};

/// a [rows, k] times b [k, columns], plus bias [columns] where it is defined.
at::Tensor multiplied(const at::Tensor& a, const at::Tensor& b, const at::Tensor& bias,
    const ForwardContext& context, bool isRead = true)
{
    if (emulates(a, context))
        return emulatedLinear(a, b, bias, isRead);
    if (takesOneDnn(a))
        return Product::apply(a, b, bias.defined() ? std::optional(bias) : std::nullopt, isRead);
    return bias.defined() ? at::addmm(bias, a, b) : at::mm(a, b);
}

at::Tensor projected(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
    bool inputsFirst, const ForwardContext& context, bool isRead)
{
    auto sizes = input.sizes().vec();
    sizes.back() = weight.size(inputsFirst ? 1 : 0);
    return multiplied(
        input.reshape({-1, input.size(-1)}), inputsFirst ? weight : weight.t(), bias, context, isRead)
        .view(sizes);
}

/// What query heads share, a copy for each: [batch, kvHeads, length, width] to [batch, heads, length, width].
at::Tensor spread(const at::Tensor& x, std::int64_t heads)
{
    if (x.size(1) == heads)
        return x;
    return x.unsqueeze(2)
        .expand({x.size(0), x.size(1), heads / x.size(1), x.size(2), x.size(3)})
        .reshape({x.size(0), heads, x.size(2), x.size(3)});
}

/// True where a query sees a key, [length, length]; undefined where it sees all before it.
at::Tensor windowMask(const at::Tensor& query, std::int64_t window)
{
    const std::int64_t length = query.size(2);
    if (window == 0 || window >= length || length == 1)
        return {};
    const PurposeScope purpose(MemoryClass::Workspace);
    const auto options = query.options().dtype(at::kBool).requires_grad(false);
    return at::ones({length, length}, options).tril().triu(1 - window);
}

/// Scores that are bent before softmax leave every fused kernel: plain products, a stretch of queries at a
/// time over the keys that it can see. In FP32, rounded once.
at::Tensor cappedAttention(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, const AttentionForm& form)
{
    constexpr std::int64_t stretch = 256; // queries
    const std::int64_t length = query.size(2);
    const double scale = form.scale != 0 ? form.scale : 1 / std::sqrt(static_cast<double>(query.size(3)));
    const at::Tensor wideKey = key.to(at::kFloat);
    const at::Tensor wideValue = value.to(at::kFloat);
    std::vector<at::Tensor> parts;
    const std::int64_t before = key.size(2) - length; // keys of tokens that came earlier
    for (std::int64_t begin = 0; begin < length; begin += stretch) {
        const std::int64_t first = before + begin;
        const std::int64_t end = before + std::min(length, begin + stretch);
        const std::int64_t from = form.window > 0 ? std::max<std::int64_t>(0, first - form.window + 1) : 0;
        const at::Tensor scores = at::matmul(
            query.slice(2, begin, end - before).to(at::kFloat), wideKey.slice(2, from, end).transpose(2, 3));
        at::Tensor hidden
            = at::ones({end - first, end - from}, scores.options().dtype(at::kBool).requires_grad(false))
                  .triu(first - from + 1);
        if (form.window > 0)
            hidden = hidden.logical_or(at::ones_like(hidden).tril(first - from - form.window));
        const at::Tensor shares = ((scores * (scale / form.scoreCap)).tanh() * form.scoreCap)
                                      .masked_fill(hidden, -std::numeric_limits<double>::infinity())
                                      .softmax(-1);
        parts.push_back(at::matmul(shares, wideValue.slice(2, from, end)));
    }
    return at::cat(parts, 2).to(query.scalar_type());
}

} // namespace

at::Tensor linear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, bool inputsFirst,
    const ForwardContext& context)
{
    return projected(input, weight, bias, inputsFirst, context, /*isRead*/ true);
}

at::Tensor unreadLinear(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
    bool inputsFirst, const ForwardContext& context)
{
    return projected(input, weight, bias, inputsFirst, context, /*isRead*/ false);
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
    if (emulates(a, context))
        return emulatedMatrixProduct(a, b);
    return takesOneDnn(a) ? byOneDnn(a, b.t(), {}) : at::mm(a, b);
}

at::Tensor causalAttention(const at::Tensor& query, const at::Tensor& sharedKey,
    const at::Tensor& sharedValue, const AttentionForm& form, double dropout, const ForwardContext& context)
{
    const std::optional<double> scale = form.scale != 0 ? std::optional(form.scale) : std::nullopt;
    if (fuses(query) && dropout == 0 && form.scoreCap == 0 && query.size(2) == sharedKey.size(2))
        return fusedAttention(query, sharedKey, sharedValue, scale, form.window);
    const at::Tensor key = spread(sharedKey, query.size(1));
    const at::Tensor value = spread(sharedValue, query.size(1));
    if (form.scoreCap > 0)
        return cappedAttention(query, key, value, form);
    const at::Tensor mask = windowMask(query, form.window);
    if (emulates(query, context) && dropout == 0 && query.size(2) > 1)
        return emulatedAttention(query, key, value, mask, scale);
    return at::scaled_dot_product_attention(query, key, value,
        mask.defined() ? std::optional(mask) : std::nullopt, dropout,
        /*is_causal*/ !mask.defined() && query.size(2) > 1, scale);
}

at::Tensor convolution(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const ForwardContext& context)
{
    return emulates(input, context) ? emulatedConvolution(input, weight, bias)
                                    : at::conv2d(input, weight, bias, 1, 1);
}

} // namespace mantissa
