// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/head.h"

#include "core/torch/models/blocks/norm.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

class Head final : public HeadBlock {
public:
    Head(const HeadForm& form, const BlockWeights& weights)
        : m_form(form)
        , m_weights(weights)
    {
    }
    const std::vector<std::size_t>& weightIndices() const override { return m_weights.indices(); }
    std::size_t projection() const override { return m_weights.indexOf(TensorRole::Projection); }
    const LogitForm& logitForm() const override { return m_form.logits; }
    at::Tensor states(const at::Tensor& x, const WeightList& weights) const override
    {
        return normed(m_form.norm, x, m_weights.of(weights, TensorRole::FinalNorm),
            m_weights.of(weights, TensorRole::FinalNormBias))
            .view({-1, x.size(-1)});
    }

private:
    HeadForm m_form;
    BlockWeights m_weights;
};

} // namespace

std::unique_ptr<Block> makeBlock(const HeadForm& form, const BlockWeights& weights)
{
    return std::make_unique<Head>(form, weights);
}

} // namespace mantissa
