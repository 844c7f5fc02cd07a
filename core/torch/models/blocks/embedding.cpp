// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/embedding.h"

#include "core/torch/models/product.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

class Embedding final : public Block {
public:
    Embedding(const EmbeddingForm& form, const BlockWeights& weights)
        : m_form(form)
        , m_weights(weights)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_weights.indices(); }
    at::Tensor forward(
        const at::Tensor& tokens, const WeightList& weights, const ForwardContext& context) const override
    {
        const at::Tensor& table = m_weights.of(weights, TensorRole::TokenEmbedding);
        if (m_form.scale != 1) // rounded to the rows' format first, as transformers does
            return at::embedding(table, tokens)
                * at::scalar_tensor(m_form.scale, table.options().requires_grad(false));
        if (!m_form.learnsPositions)
            return dropped(at::embedding(table, tokens), m_form.dropout, context);
        const at::Tensor& positions = m_weights.of(weights, TensorRole::PositionEmbedding);
        const at::Tensor x = at::embedding(table, tokens)
            + positions.slice(0, context.first, context.first + tokens.size(1));
        return dropped(x, m_form.dropout, context);
    }
    std::optional<std::size_t> rowTable() const override
    {
        return m_weights.indexOf(TensorRole::TokenEmbedding);
    }

private:
    EmbeddingForm m_form;
    BlockWeights m_weights;
};

} // namespace

std::unique_ptr<Block> makeBlock(const EmbeddingForm& form, const BlockWeights& weights)
{
    return std::make_unique<Embedding>(form, weights);
}

} // namespace mantissa
