// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/decoder_layer.h"

#include "core/torch/models/blocks/attention.h"
#include "core/torch/models/blocks/mlp.h"
#include "core/torch/models/blocks/norm.h"
#include "core/torch/models/product.h"

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
        const at::Tensor x = input
            + added(m_attention.of(
                        entering(input, TensorRole::AttentionNorm, TensorRole::AttentionNormBias, weights),
                        weights, context),
                TensorRole::PostAttentionNorm, weights, context);
        return x
            + added(m_mlp.of(entering(m_form.isParallel ? input : x, TensorRole::MlpNorm,
                                 TensorRole::MlpNormBias, weights),
                        weights, context),
                TensorRole::PostMlpNorm, weights, context);
    }

private:
    at::Tensor norm(const at::Tensor& x, TensorRole weight, TensorRole bias, const WeightList& weights) const
    {
        return normed(m_form.norm, x, m_weights.of(weights, weight), m_weights.of(weights, bias));
    }
    /// What a branch reads of the stream.
    at::Tensor entering(
        const at::Tensor& stream, TensorRole weight, TensorRole bias, const WeightList& weights) const
    {
        return m_form.norms == NormPlaces::After ? stream : norm(stream, weight, bias, weights);
    }
    /// What is added to the stream of what a branch has made.
    at::Tensor added(
        at::Tensor made, TensorRole weight, const WeightList& weights, const ForwardContext& context) const
    {
        if (m_form.norms != NormPlaces::Before)
            made = normed(m_form.norm, made, m_weights.of(weights, weight), {});
        if (m_form.branchScale != 1)
            made = made * m_form.branchScale;
        return dropped(made, m_form.dropout, context);
    }

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
