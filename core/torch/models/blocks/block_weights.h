// SPDX-License-Identifier: Apache-2.0
#pragma once

// A block's weights by the role they have in it.

#include "core/torch/models/model.h"

#include <vector>

namespace mantissa {

class BlockWeights {
public:
    BlockWeights(const ModelDescription& model, const BlockDescription& block);

    const std::vector<std::size_t>& indices() const { return m_indices; }
    /// The number of the weight; there is one of this role.
    std::size_t indexOf(TensorRole role) const;
    /// Undefined where the block has none of this role, as a bias that it does without.
    const at::Tensor& of(const WeightList& weights, TensorRole role) const;

private:
    std::vector<TensorRole> m_roles{};
    std::vector<std::size_t> m_indices{};
};

} // namespace mantissa
