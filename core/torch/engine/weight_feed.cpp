// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/weight_feed.h"

namespace mantissa {

WeightList StoreFeed::fetch(std::size_t block, const at::Tensor& rows)
{
    WeightList weights(m_model.weightCount());
    const auto table = rows.defined() ? m_model.blocks[block]->rowTable() : std::nullopt;
    // a tied head reads a weight of another block
    for (std::size_t owner = 0; owner < m_store.blocks(); ++owner) {
        bool isAcquired = false;
        for (const std::size_t weight : m_model.blocks[block]->weightIndices()) {
            const std::size_t index = m_model.parameterOf(weight);
            if (m_model.parameters[index].block != owner)
                continue;
            if (!std::exchange(isAcquired, true))
                m_store.acquire(owner, needed());
            const Parameter& parameter = m_store.parameters()[index];
            weights[weight] = table == weight ? m_store.computeRows(parameter, m_compute, rows)
                                              : m_store.computeWeight(parameter, m_compute);
        }
        if (isAcquired)
            m_store.release(owner);
    }
    return weights;
}

void StoreFeed::prefetch(std::size_t block, bool update)
{
    m_store.prefetch(block, update ? Parts::All : needed());
}

} // namespace mantissa
