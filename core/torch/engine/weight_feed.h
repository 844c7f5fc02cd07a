// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where an executor gets the weights of one block, in the compute format and on Device.

#include "core/torch/models/model.h"
#include "core/torch/state/parameter_store.h"

#include <ATen/core/Tensor.h>

namespace mantissa {

class WeightFeed {
public:
    virtual ~WeightFeed() = default;
    /// With `rows`, the block's row table holds these rows alone, in this order. Entries of other blocks are
    /// undefined.
    virtual WeightList fetch(std::size_t block, const at::Tensor& rows) = 0;
    /// What will be fetched next. `update`: with the rest of its state.
    virtual void prefetch(std::size_t /*block*/, bool /*update*/) { }
    /// True when fetching copies, so that a table is better fetched by rows.
    virtual bool copies() const = 0;
};

/// The weights as they are now.
class StoreFeed final : public WeightFeed {
public:
    StoreFeed(const Model& model, ParameterStore& store, Precision compute)
        : m_model(model)
        , m_store(store)
        , m_compute(compute)
    {
    }
    WeightList fetch(std::size_t block, const at::Tensor& rows) override;
    void prefetch(std::size_t block, bool update) override;
    bool copies() const override { return m_store.streams(); }

private:
    /// The parts of a resting block that its compute weights are made of.
    Parts needed() const { return m_compute == m_store.placement().form ? Parts::Weights : Parts::Exact; }

    const Model& m_model;
    ParameterStore& m_store;
    Precision m_compute;
};

} // namespace mantissa
