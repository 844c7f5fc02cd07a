// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/mlp.h"

#include "core/torch/models/product.h"

#include <ATen/ATen.h>

#include <utility>

namespace mantissa {

namespace {

at::Tensor activated(Activation activation, const at::Tensor& x)
{
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

} // namespace

Mlp::Mlp(const DecoderLayerForm& layer, BlockWeights weights)
    : m_layer(layer)
    , m_weights(std::move(weights))
{
}

at::Tensor Mlp::addedTo(const at::Tensor& stream, at::Tensor normed, const WeightList& weights,
    const ForwardContext& context) const
{
    const auto projected = [&](const at::Tensor& x, TensorRole matrix, TensorRole bias) {
        return linear(
            x, m_weights.of(weights, matrix), m_weights.of(weights, bias), m_layer.inputsFirst, context);
    };
    const Activation activation = m_layer.mlp.activation;
    if (m_layer.mlp.isGated)
        return stream
            + dropped(projected(activated(activation,
                                    linear(normed, m_weights.of(weights, TensorRole::Gate), {},
                                        m_layer.inputsFirst, context))
                              * projected(normed, TensorRole::Up, TensorRole::UpBias),
                          TensorRole::Down, TensorRole::DownBias),
                m_layer.dropout, context);
    // the normed states are let go of before the second product
    const at::Tensor hidden = activated(
        activation, projected(std::exchange(normed, at::Tensor()), TensorRole::Up, TensorRole::UpBias));
    return stream
        + dropped(projected(hidden, TensorRole::Down, TensorRole::DownBias), m_layer.dropout, context);
}

} // namespace mantissa
