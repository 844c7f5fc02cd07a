// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/weight_feed.h"

#include "core/torch/memory/work_span.h"

#include <optional>

namespace mantissa {

WeightList StoreFeed::fetch(std::size_t block, const at::Tensor& rows)
{
    WeightList weights(m_model.weightCount());
    const auto table = rows.defined() ? m_model.blocks[block]->rowTable() : std::nullopt;
    std::optional<WorkSpan> span; // else they are used where they rest
    if (copies() || m_store.placement().form != m_compute)
        span.emplace(copies() ? WorkKind::Move : WorkKind::Cast, "fetch", block);
    // a tied head reads a weight of another block
    for (std::size_t owner = 0; owner < m_store.blocks(); ++owner) {
        std::optional<BlockHold> hold;
        for (const std::size_t weight : m_model.blocks[block]->weightIndices()) {
            const TensorDescription& tensor = m_model.tensorOf(weight);
            if (tensor.block != owner)
                continue;
            if (!hold)
                hold.emplace(m_store, owner, needed());
            const Parameter& parameter = m_store.parameters()[tensor.index];
            weights[weight] = table == weight ? m_store.computeRows(parameter, m_compute, rows)
                                              : m_store.computeWeight(parameter, m_compute);
        }
    }
    return weights;
}

void StoreFeed::prefetch(std::size_t block, bool update)
{
    m_store.prefetch(block, update ? Parts::All : needed());
}

} // namespace mantissa
