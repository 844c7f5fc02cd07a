// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/fused.h"

#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/operators/fused_operators.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace mantissa {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// As LibTorch's own attention: positions before heads, so that joining the heads copies nothing.
at::Tensor likeHeads(const at::Tensor& x)
{
    return at::empty({x.size(0), x.size(2), x.size(1), x.size(3)}, x.options()).transpose(1, 2);
}

/// Attention reads the numbers of a row side by side, two at a time where they are BF16.
at::Tensor rowsSideBySide(const at::Tensor& x)
{
    return x.stride(-1) == 1 && x.stride(-2) % 2 == 0 ? x : x.contiguous();
}

ops::AttentionOperands attended(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    double scale, std::int64_t window)
{
    ops::AttentionOperands operands{.query = query,
        .key = key,
        .value = value,
        .output = likeHeads(query),
        .logSumExp
        = at::empty({query.size(0), query.size(1), query.size(2)}, query.options().dtype(at::kFloat)),
        .scale = scale,
        .window = window};
    ops::attention(operands);
    return operands;
}

/// [batch, heads, length, width] of each of query, key and value, as views.
std::vector<at::Tensor> partsOf(const at::Tensor& qkv, std::int64_t part)
{
    auto parts = qkv.unbind(part);
    for (at::Tensor& each : parts)
        each = each.transpose(1, 2);
    return parts;
}

double scaleOf(std::optional<double> scale, std::int64_t width)
{
    return scale.value_or(1 / std::sqrt(static_cast<double>(width)));
}

struct FusedAttention : torch::autograd::Function<FusedAttention> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& query, const at::Tensor& key,
        const at::Tensor& value, double scale, std::int64_t window)
    {
        const auto operands
            = attended(rowsSideBySide(query), rowsSideBySide(key), rowsSideBySide(value), scale, window);
        context->save_for_backward(
            {operands.query, operands.key, operands.value, operands.output, operands.logSumExp});
        context->saved_data["scale"] = scale;
        context->saved_data["window"] = window;
        return operands.output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const ops::AttentionOperands operands{saved[0], saved[1], saved[2], saved[3], saved[4],
            context->saved_data["scale"].toDouble(), context->saved_data["window"].toInt()};
        variable_list gradients{likeHeads(saved[0]), likeHeads(saved[1]), likeHeads(saved[2])};
        ops::attentionBackward(
            rowsSideBySide(outputs[0]), operands, gradients[0], gradients[1], gradients[2]);
        gradients.resize(5);
        return gradients;
    }
};

struct WholeAttention : torch::autograd::Function<WholeAttention> {
    static at::Tensor forward(
        AutogradContext* context, const at::Tensor& qkv, std::int64_t part, double scale, std::int64_t window)
    {
        const auto parts = partsOf(qkv, part);
        const auto operands = attended(parts[0], parts[1], parts[2], scale, window);
        context->save_for_backward({qkv, operands.output, operands.logSumExp});
        context->saved_data["part"] = part;
        context->saved_data["scale"] = scale;
        context->saved_data["window"] = window;
        return operands.output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const std::int64_t part = context->saved_data["part"].toInt();
        const auto parts = partsOf(saved[0], part);
        const ops::AttentionOperands operands{parts[0], parts[1], parts[2], saved[1], saved[2],
            context->saved_data["scale"].toDouble(), context->saved_data["window"].toInt()};
        at::Tensor toQkv = at::empty(saved[0].sizes(), saved[0].options());
        const auto gradients = partsOf(toQkv, part);
        ops::attentionBackward(
            rowsSideBySide(outputs[0]), operands, gradients[0], gradients[1], gradients[2]);
        return {std::move(toQkv), {}, {}, {}};
    }
};

ActivationKind kindOf(Activation activation)
{
    return activation == Activation::Silu ? ActivationKind::Silu
        : activation == Activation::Gelu  ? ActivationKind::Gelu
                                          : ActivationKind::GeluTanh;
}

/// [rows, width], dense: a view where x is. Undefined stays so.
at::Tensor asRows(const at::Tensor& x) { return x.defined() ? x.contiguous().view({-1, x.size(-1)}) : x; }

struct Activated : torch::autograd::Function<Activated> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gate,
        const std::optional<at::Tensor>& up, std::int64_t kind)
    {
        at::Tensor output = at::empty(gate.sizes(), gate.options());
        ops::activation(kind, asRows(gate), asRows(up.value_or(at::Tensor())), asRows(output));
        context->save_for_backward({gate, up.value_or(at::Tensor())});
        context->saved_data["kind"] = kind;
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        at::Tensor toGate = at::empty(saved[0].sizes(), saved[0].options());
        at::Tensor toUp = saved[1].defined() ? at::empty(saved[1].sizes(), saved[1].options()) : at::Tensor();
        ops::activationBackward(context->saved_data["kind"].toInt(), asRows(outputs[0]), asRows(saved[0]),
            asRows(saved[1]), asRows(toGate), asRows(toUp));
        return {std::move(toGate), std::move(toUp), {}};
    }
};

/// Of one tensor that holds the gate and, after it, what the gate multiplies.
struct ActivatedHalves : torch::autograd::Function<ActivatedHalves> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& both, std::int64_t kind)
    {
        const auto halves = asRows(both).chunk(2, -1);
        auto sizes = both.sizes().vec();
        sizes.back() /= 2;
        at::Tensor output = at::empty(sizes, both.options());
        ops::activation(kind, halves[0], halves[1], asRows(output));
        context->save_for_backward({both});
        context->saved_data["kind"] = kind;
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        at::Tensor toBoth = at::empty(saved[0].sizes(), saved[0].options());
        const auto halves = asRows(saved[0]).chunk(2, -1);
        const auto gradients = asRows(toBoth).chunk(2, -1);
        ops::activationBackward(context->saved_data["kind"].toInt(), asRows(outputs[0]), halves[0], halves[1],
            gradients[0], gradients[1]);
        return {std::move(toBoth), {}};
    }
};

struct Normed : torch::autograd::Function<Normed> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
        const std::optional<at::Tensor>& weight, const std::optional<at::Tensor>& bias, bool hasMean,
        double epsilon, double weightOffset)
    {
        const auto statistics = x.options().dtype(at::kFloat);
        const std::int64_t rows = x.numel() / x.size(-1);
        const ops::NormOperands operands{.input = x.contiguous(),
            .weight = weight.value_or(at::Tensor()),
            .bias = bias.value_or(at::Tensor()),
            .mean = hasMean ? at::empty({rows}, statistics) : at::Tensor(),
            .factor = at::empty({rows}, statistics),
            .epsilon = epsilon,
            .weightOffset = weightOffset};
        at::Tensor output = at::empty(x.sizes(), x.options());
        ops::norm(operands, output);
        context->save_for_backward({operands.input, operands.weight, operands.mean, operands.factor});
        context->saved_data["offset"] = weightOffset;
        context->saved_data["bias"] = bias.has_value();
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        const ops::NormOperands operands{.input = saved[0],
            .weight = saved[1],
            .mean = saved[2],
            .factor = saved[3],
            .weightOffset = context->saved_data["offset"].toDouble()};
        // inputs that are not there have no number
        const bool hasWeight = saved[1].defined();
        const auto gradientIf = [&](bool isThere, std::size_t input) {
            return isThere && context->needs_input_grad(input)
                ? at::empty({saved[0].size(-1)}, saved[0].options())
                : at::Tensor();
        };
        at::Tensor toX = at::empty(saved[0].sizes(), saved[0].options());
        at::Tensor toWeight = gradientIf(hasWeight, 1);
        at::Tensor toBias = gradientIf(context->saved_data["bias"].toBool(), hasWeight ? 2 : 1);
        ops::normBackward(outputs[0].contiguous(), operands, toX, toWeight, toBias);
        return {std::move(toX), std::move(toWeight), std::move(toBias), {}, {}, {}};
    }
};

struct Pooled : torch::autograd::Function<Pooled> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& map)
    {
        const std::vector<std::int64_t> sizes{map.size(0), map.size(1), map.size(2) / 2, map.size(3) / 2};
        at::Tensor pooled = at::empty(sizes, map.options());
        const at::Tensor places = at::empty(sizes, map.options().dtype(at::kByte));
        ops::pool(map.contiguous(), pooled, places);
        context->save_for_backward({places});
        context->saved_data["height"] = map.size(2);
        context->saved_data["width"] = map.size(3);
        return pooled;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const at::Tensor places = context->get_saved_variables()[0];
        at::Tensor toMap = at::empty({places.size(0), places.size(1), context->saved_data["height"].toInt(),
                                         context->saved_data["width"].toInt()},
            outputs[0].options());
        ops::poolBackward(outputs[0].contiguous(), places, toMap);
        return {std::move(toMap)};
    }
};

/// A view whose heads lie side by side, so that only positions have a step.
at::Tensor headsSideBySide(const at::Tensor& x)
{
    const bool isThere = x.stride(3) == 1 && x.stride(2) == x.size(3)
        && (x.size(0) == 1 || x.stride(0) == x.stride(1) * x.size(1));
    return isThere ? x : x.contiguous();
}

struct Rotated : torch::autograd::Function<Rotated> {
    static at::Tensor forward(
        AutogradContext* context, const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine)
    {
        at::Tensor output = at::empty(x.sizes(), x.options());
        ops::rotation(headsSideBySide(x), cosine, sine, output, /*turnsBack*/ false);
        context->save_for_backward({cosine, sine});
        return output;
    }
    static variable_list backward(AutogradContext* context, variable_list outputs)
    {
        const auto saved = context->get_saved_variables();
        at::Tensor toX = at::empty(outputs[0].sizes(), outputs[0].options());
        ops::rotation(headsSideBySide(outputs[0]), saved[0], saved[1], toX, /*turnsBack*/ true);
        return {std::move(toX), {}, {}};
    }
};

std::optional<at::Tensor> maybe(const at::Tensor& x) { return x.defined() ? std::optional(x) : std::nullopt; }

} // namespace

bool fuses(const at::Tensor& x)
{
    const auto type = x.scalar_type();
    return cpuKernels() && (x.is_cpu() || x.is_privateuseone())
        && (type == at::kFloat || type == at::kBFloat16 || type == at::kHalf);
}

at::Tensor fusedAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    std::optional<double> scale, std::int64_t window)
{
    return FusedAttention::apply(query, key, value, scaleOf(scale, query.size(-1)), window);
}

at::Tensor fusedAttention(
    const at::Tensor& qkv, std::int64_t part, std::optional<double> scale, std::int64_t window)
{
    return WholeAttention::apply(qkv, part, scaleOf(scale, qkv.size(-1)), window);
}

at::Tensor fusedActivation(Activation activation, const at::Tensor& gate, const at::Tensor& up)
{
    return Activated::apply(gate, maybe(up), static_cast<std::int64_t>(kindOf(activation)));
}

at::Tensor fusedHalves(Activation activation, const at::Tensor& both)
{
    return ActivatedHalves::apply(both, static_cast<std::int64_t>(kindOf(activation)));
}

at::Tensor fusedNorm(
    const NormForm& form, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias)
{
    return Normed::apply(x, maybe(weight), maybe(bias), form.kind == NormKind::Layer, form.epsilon,
        form.kind == NormKind::RmsPlusOne ? 1.0 : 0.0);
}

at::Tensor fusedPool(const at::Tensor& map) { return Pooled::apply(map); }

at::Tensor fusedRotation(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine)
{
    return Rotated::apply(x, cosine, sine);
}

} // namespace mantissa
