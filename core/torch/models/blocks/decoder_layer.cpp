// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/decoder_layer.h"

#include "core/torch/models/blocks/attention.h"
#include "core/torch/models/blocks/mlp.h"
#include "core/torch/models/blocks/norm.h"

namespace mantissa {

namespace {

class DecoderLayer final : public Block {
public:
    DecoderLayer(const DecoderLayerForm& form, const BlockWeights& weights)
        : m_form(form)
        , m_weights(weights)
        , m_attention(form, weights)
        , m_mlp(form, weights)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_weights.indices(); }
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const override
    {
        const auto norm = [&](const at::Tensor& x, TensorRole weight, TensorRole bias) {
            return normed(m_form.norm, x, m_weights.of(weights, weight), m_weights.of(weights, bias));
        };
        const at::Tensor x = m_attention.addedTo(
            input, norm(input, TensorRole::AttentionNorm, TensorRole::AttentionNormBias), weights, context);
        return m_mlp.addedTo(x,
            norm(m_form.isParallel ? input : x, TensorRole::MlpNorm, TensorRole::MlpNormBias), weights,
            context);
    }

private:
    DecoderLayerForm m_form;
    BlockWeights m_weights;
    Attention m_attention;
    Mlp m_mlp;
};

} // namespace

std::unique_ptr<Block> makeBlock(const DecoderLayerForm& form, const BlockWeights& weights)
{
    return std::make_unique<DecoderLayer>(form, weights);
}

} // namespace mantissa
