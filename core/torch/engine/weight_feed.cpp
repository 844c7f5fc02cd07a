// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/weight_feed.h"

#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>

#include <optional>

namespace mantissa {

namespace {

constexpr std::int64_t alignment = 64; // elements

/// Memory for all copies of a fetch: one block of the allocator's instead of one for each weight.
class FetchRoom {
public:
    FetchRoom(std::int64_t elements, Precision format, at::Device device)
    {
        const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
        m_all = at::empty({elements}, at::TensorOptions().dtype(scalarTypeOf(format)).device(device));
    }
    static std::int64_t elementsFor(const TensorDescription& tensor)
    {
        return (tensor.elements() + alignment - 1) / alignment * alignment;
    }
    at::Tensor take(const TensorDescription& tensor)
    {
        const at::Tensor part = m_all.narrow(0, m_taken, tensor.elements()).view(tensor.sizes);
        m_taken += elementsFor(tensor);
        return part;
    }

private:
    at::Tensor m_all{};
    std::int64_t m_taken = 0;
};

} // namespace

WeightList StoreFeed::fetch(std::size_t block, const at::Tensor& rows)
{
    WeightList weights(m_model.weightCount());
    const auto table = m_model.blocks[block]->rowTable();
    const auto isByRows
        = [&](std::size_t weight) { return rows.defined() && table.has_value() && weight == *table; };
    const std::vector<std::size_t>& wanted = m_model.blocks[block]->weightIndices();
    std::optional<FetchRoom> room;
    if (m_store.streams()) {
        std::int64_t elements = 0;
        for (const std::size_t weight : wanted)
            elements += isByRows(weight) ? 0 : FetchRoom::elementsFor(m_model.tensorOf(weight));
        room.emplace(elements, m_compute, m_store.device());
    }
    // a tied head reads a weight of another block
    for (std::size_t owner = 0; owner < m_store.blocks(); ++owner) {
        std::optional<BlockHold> hold;
        for (const std::size_t weight : wanted) {
            const TensorDescription& tensor = m_model.tensorOf(weight);
            if (tensor.block != owner)
                continue;
            if (!hold)
                hold.emplace(m_store, owner, needed());
            const Parameter& parameter = m_store.parameters()[tensor.index];
            weights[weight] = isByRows(weight)
                ? m_store.computeRows(parameter, m_compute, rows)
                : m_store.computeWeight(parameter, m_compute, room ? room->take(tensor) : at::Tensor());
        }
    }
    return weights;
}

void StoreFeed::prefetch(std::size_t block, bool update)
{
    m_store.prefetch(block, update ? Parts::All : needed());
}

} // namespace mantissa
