// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/block_weights.h"

#include <algorithm>
#include <cassert>

namespace mantissa {

BlockWeights::BlockWeights(const ModelDescription& model, const BlockDescription& block)
{
    for (const TensorDescription& tensor : model.tensorsOf(block)) {
        m_roles.push_back(tensor.role);
        m_indices.push_back(tensor.index);
    }
    if (const auto* head = std::get_if<HeadForm>(&block.form); head && head->isTied) {
        m_roles.push_back(TensorRole::Projection);
        m_indices.push_back(model.tensors.size());
    }
}

std::size_t BlockWeights::indexOf(TensorRole role) const
{
    const auto found = std::ranges::find(m_roles, role);
    assert(found != m_roles.end());
    return m_indices[static_cast<std::size_t>(found - m_roles.begin())];
}

const at::Tensor& BlockWeights::of(const WeightList& weights, TensorRole role) const
{
    static const at::Tensor none;
    const auto found = std::ranges::find(m_roles, role);
    return found == m_roles.end() ? none
                                  : weights[m_indices[static_cast<std::size_t>(found - m_roles.begin())]];
}

} // namespace mantissa
