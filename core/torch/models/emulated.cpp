// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/emulated.h"

#include "core/memory/product_tiles.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <limits>
#include <optional>

namespace mantissa {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor widened(const at::Tensor& x) { return x.to(at::kFloat); }

at::Tensor tiledProduct(const at::Tensor& a, const at::Tensor& b, const at::Tensor& bias)
{
    const std::int64_t rows = a.size(0);
    const std::int64_t inner = a.size(1);
    const std::int64_t columns = b.size(1);
    const ProductTile size = productTile(rows, inner, columns);
    at::Tensor result = at::empty({rows, columns}, a.options());
    for (std::int64_t column = 0; column < columns; column += size.columns) {
        const std::int64_t width = std::min(size.columns, columns - column);
        const auto panelAt = [&](std::int64_t k, std::int64_t depth) {
            return widened(b.narrow(0, k, depth).narrow(1, column, width));
        };
        at::Tensor panel; // all of it where it fits: then each number is widened once for all rows
        if (size.inner == inner)
            panel = panelAt(0, inner);
        for (std::int64_t row = 0; row < rows; row += size.rows) {
            const std::int64_t height = std::min(size.rows, rows - row);
            at::Tensor sum;
            for (std::int64_t k = 0; k < inner; k += size.inner) {
                const std::int64_t depth = std::min(size.inner, inner - k);
                if (size.inner != inner) {
                    panel.reset(); // two at once would be more than the estimate says
                    panel = panelAt(k, depth);
                }
                const at::Tensor left = widened(a.narrow(0, row, height).narrow(1, k, depth));
                if (k == 0)
                    sum = plainProduct(left, panel, {});
                else
                    sum.addmm_(left, panel);
            }
            if (bias.defined())
                sum.add_(bias.narrow(0, column, width));
            result.narrow(0, row, height).narrow(1, column, width).copy_(sum);
        }
    }
    return result;
}

struct Linear : torch::autograd::Function<Linear> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
        const std::optional<at::Tensor>& bias, bool isRead)
    {
        context->save_for_backward({input, weight});
        context->saved_data["bias"] = bias.has_value();
        return isRead ? tiledProduct(input, weight, bias.value_or(at::Tensor()))
                      : at::empty({input.size(0), weight.size(1)}, input.options());
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        at::Tensor toInput, toWeight, toBias;
        if (context->needs_input_grad(0))
            toInput = tiledProduct(outputs[0], saved[1].t(), {});
        if (context->needs_input_grad(1))
            toWeight = gradientAsItLies(saved[1], saved[0], outputs[0], emulatedMatrixProduct);
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2))
            toBias = outputs[0].sum(0);
        return {std::move(toInput), std::move(toWeight), std::move(toBias), {}};
    }
};

/// Calls visit(part) for each group of heads; part(x) is that group of x.
template <class Visit> void forEachGroup(const at::Tensor& query, const Visit& visit)
{
    const std::int64_t samples = query.size(0);
    const std::int64_t heads = query.size(1);
    const std::int64_t head = query.size(2) * query.size(3);
    const std::int64_t headsAtOnce = wholesAtOnce(head, heads);
    const std::int64_t samplesAtOnce = headsAtOnce == heads ? wholesAtOnce(head * heads, samples) : 1;
    for (std::int64_t sample = 0; sample < samples; sample += samplesAtOnce)
        for (std::int64_t first = 0; first < heads; first += headsAtOnce)
            visit([=](const at::Tensor& x) {
                return x.narrow(0, sample, std::min(samplesAtOnce, samples - sample))
                    .narrow(1, first, std::min(headsAtOnce, heads - first));
            });
}

struct Attention : torch::autograd::Function<Attention> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& query, const at::Tensor& key,
        const at::Tensor& value, const std::optional<at::Tensor>& mask, std::optional<double> scale)
    {
        // as LibTorch's own: positions before heads, so that joining the heads copies nothing
        at::Tensor output
            = at::empty({query.size(0), query.size(2), query.size(1), query.size(3)}, query.options())
                  .transpose(1, 2);
        at::Tensor logSumExp
            = at::empty({query.size(0), query.size(1), query.size(2)}, query.options().dtype(at::kFloat));
        forEachGroup(query, [&](const auto& part) {
            const auto [mixed, sums] = at::_scaled_dot_product_flash_attention_for_cpu(widened(part(query)),
                widened(part(key)), widened(part(value)), 0.0,
                /*is_causal*/ !mask, mask, scale);
            part(output).copy_(mixed);
            part(logSumExp).copy_(sums);
        });
        context->save_for_backward({query, key, value, output, logSumExp, mask.value_or(at::Tensor())});
        context->saved_data["scale"] = scale;
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const std::optional<at::Tensor> mask = saved[5].defined() ? std::optional(saved[5]) : std::nullopt;
        const auto scale = context->saved_data["scale"].toOptional<double>();
        variable_list gradients{at::empty_like(saved[0]), at::empty_like(saved[1]), at::empty_like(saved[2])};
        forEachGroup(saved[0], [&](const auto& part) {
            const auto [toQuery, toKey, toValue] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
                widened(part(outputs[0])), widened(part(saved[0])), widened(part(saved[1])),
                widened(part(saved[2])), widened(part(saved[3])), part(saved[4]).contiguous(), 0.0,
                /*is_causal*/ !mask, mask, scale);
            part(gradients[0]).copy_(toQuery);
            part(gradients[1]).copy_(toKey);
            part(gradients[2]).copy_(toValue);
        });
        gradients.resize(5); // nothing flows to the mask and the scale
        return gradients;
    }
};

struct Convolution : torch::autograd::Function<Convolution> {
    static at::Tensor forward(
        AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias)
    {
        context->save_for_backward({input, weight});
        at::Tensor output
            = at::empty({input.size(0), weight.size(0), input.size(2), input.size(3)}, input.options());
        const at::Tensor wideWeight = widened(weight);
        const at::Tensor wideBias = widened(bias);
        const std::int64_t size = wholesAtOnce(output.numel() / output.size(0), output.size(0));
        for (std::int64_t i = 0; i < output.size(0); i += size) {
            const std::int64_t count = std::min(size, output.size(0) - i);
            output.narrow(0, i, count)
                .copy_(at::conv2d(widened(input.narrow(0, i, count)), wideWeight, wideBias, 1, 1));
        }
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const at::Tensor& input = saved[0];
        const at::Tensor& gradient = outputs[0];
        const at::Tensor weight = widened(saved[1]);
        const bool needsInput = context->needs_input_grad(0);
        at::Tensor toInput = needsInput ? at::empty_like(input) : at::Tensor();
        at::Tensor toWeight = at::zeros_like(weight);
        at::Tensor toBias = at::zeros({weight.size(0)}, weight.options());
        const std::int64_t size = wholesAtOnce(gradient.numel() / gradient.size(0), gradient.size(0));
        for (std::int64_t i = 0; i < gradient.size(0); i += size) {
            const std::int64_t count = std::min(size, gradient.size(0) - i);
            const auto [x, w, b] = at::convolution_backward(widened(gradient.narrow(0, i, count)),
                widened(input.narrow(0, i, count)), weight, at::IntArrayRef({weight.size(0)}), {1, 1}, {1, 1},
                {1, 1}, /*transposed*/ false, {0, 0}, /*groups*/ 1, {needsInput, true, true});
            if (needsInput)
                toInput.narrow(0, i, count).copy_(x);
            toWeight.add_(w);
            toBias.add_(b);
        }
        return {std::move(toInput), toWeight.to(input.scalar_type()), toBias.to(input.scalar_type())};
    }
};

} // namespace

at::Tensor emulatedMatrixProduct(const at::Tensor& a, const at::Tensor& b) { return tiledProduct(a, b, {}); }

at::Tensor emulatedLinear(
    const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, bool isRead)
{
    return Linear::apply(input, weight, bias.defined() ? std::optional(bias) : std::nullopt, isRead);
}

at::Tensor emulatedAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& mask, std::optional<double> scale)
{
    if (!mask.defined())
        return Attention::apply(query, key, value, std::optional<at::Tensor>(), scale);
    const at::Tensor added = at::zeros(mask.sizes(), mask.options().dtype(at::kFloat))
                                 .masked_fill_(mask.logical_not(), -std::numeric_limits<double>::infinity());
    return Attention::apply(query, key, value, std::optional(added), scale);
}

at::Tensor emulatedConvolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias)
{
    return Convolution::apply(input, weight, bias);
}

} // namespace mantissa
