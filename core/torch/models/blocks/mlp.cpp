// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/mlp.h"

#include "core/torch/models/fused.h"
#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <utility>

namespace mantissa {

namespace {

at::Tensor activated(Activation activation, const at::Tensor& x)
{
    if (fuses(x))
        return fusedActivation(activation, x, {});
    switch (activation) {
    case Activation::GeluTanh:
        return at::gelu(x, "tanh");
    case Activation::Gelu:
        return at::gelu(x);
    case Activation::Silu:
        return at::silu(x);
    }
    return x;
}

/// The activation of the gate times what it gates.
at::Tensor gated(Activation activation, const at::Tensor& gate, const at::Tensor& up)
{
    return fuses(gate) ? fusedActivation(activation, gate, up) : activated(activation, gate) * up;
}

/// The same of one tensor, the gate first.
at::Tensor gated(Activation activation, const at::Tensor& both)
{
    if (fuses(both))
        return fusedHalves(activation, both);
    const auto parts = both.chunk(2, -1);
    return activated(activation, parts[0]) * parts[1];
}

} // namespace

Mlp::Mlp(const DecoderLayerForm& layer, BlockWeights weights)
    : m_layer(layer)
    , m_weights(std::move(weights))
{
}

at::Tensor Mlp::of(at::Tensor normed, const WeightList& weights, const ForwardContext& context) const
{
    const auto projected = [&](const at::Tensor& x, TensorRole matrix, TensorRole bias) {
        return linear(
            x, m_weights.of(weights, matrix), m_weights.of(weights, bias), m_layer.inputsFirst, context);
    };
    // after a norm behind it, its numbers are read
    const bool isUnread = context.resultIsUnused && m_layer.norms == NormPlaces::Before;
    const auto down = [&](const at::Tensor& hidden) {
        return (isUnread ? unreadLinear : linear)(hidden, m_weights.of(weights, TensorRole::Down),
            m_weights.of(weights, TensorRole::DownBias), m_layer.inputsFirst, context);
    };
    const MlpForm& form = m_layer.mlp;
    if (form.isFused)
        return down(gated(form.activation,
            linear(normed, m_weights.of(weights, TensorRole::GateUp), {}, m_layer.inputsFirst, context)));
    if (form.isGated)
        return down(gated(form.activation, projected(normed, TensorRole::Gate, TensorRole::GateBias),
            projected(normed, TensorRole::Up, TensorRole::UpBias)));
    // the normed states, and those before the activation, are let go of before the second product
    const at::Tensor hidden = activated(
        form.activation, projected(std::exchange(normed, at::Tensor()), TensorRole::Up, TensorRole::UpBias));
    return down(hidden);
}

} // namespace mantissa
