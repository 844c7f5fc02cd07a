// SPDX-License-Identifier: Apache-2.0
#pragma once

// Means of weights over a window of steps and the window before it: kept as FP32 sums on Host, read out in
// the compute format as A + lead (A - B).

#include "core/torch/engine/weight_feed.h"
#include "core/torch/models/model.h"
#include "core/torch/state/parameter_store.h"

#include <filesystem>
#include <vector>

namespace mantissa {

class Readout {
public:
    void reset();
    /// The window there is becomes the one before.
    void beginWindow();
    /// Adds the weights as they are now. After an exception the same call goes on where it was.
    void collect(ParameterStore& store);
    std::int64_t count() const { return m_window.count; }
    std::int64_t countBefore() const { return m_before.count; }
    void dropCandidate() { m_candidate.clear(); }
    /// Displacement A - B of one weight, FP32 on Host.
    at::Tensor displacement(std::size_t parameter) const;
    /// Cosine of A - B and of the displacement before it, over every 64th element; NaN without a third
    /// window.
    double cosine() const;
    /// A copy with sums of its own, without the candidate; taken as the caller's purpose.
    Readout copied() const;

    Result<std::int64_t> save(const std::filesystem::path& file, const ParameterStore& store) const;
    Status load(const std::filesystem::path& file, const ParameterStore& store);

private:
    friend class ReadoutFeed;
    struct Window {
        std::vector<at::Tensor> sums{}; ///< by parameter
        std::int64_t count = 0;
    };
    /// One weight of a read-out, or some of its rows, on the store's device.
    at::Tensor read(std::size_t parameter, double lead, const at::Tensor& rows, const ParameterStore& store,
        Precision precision) const;

    /// Every 64th element of a window's mean, of all weights in a row.
    static at::Tensor thinned(const Window& window);

    Window m_window{};
    std::size_t m_collected = 0; ///< parameters that a collect() cut short has added
    Window m_before{};
    at::Tensor m_earlier{}; ///< of the window before those, thinned; undefined without one
    WeightList m_candidate{}; ///< by parameter; kept between probes where weights rest on Device
    double m_candidateLead = 0;
};

/// A read-out as the weights of a forward pass. `keeps`: on Device for the next pass; else each block is made
/// anew.
class ReadoutFeed final : public WeightFeed {
public:
    ReadoutFeed(const Model& model, const ParameterStore& store, Precision compute, Readout& readout,
        double lead, bool keeps)
        : m_model(model)
        , m_store(store)
        , m_compute(compute)
        , m_readout(readout)
        , m_lead(lead)
        , m_keeps(keeps && !store.streams())
    {
    }
    WeightList fetch(std::size_t block, const at::Tensor& rows) override;
    bool copies() const override { return !m_keeps; }

private:
    const Model& m_model;
    const ParameterStore& m_store;
    Precision m_compute;
    Readout& m_readout;
    double m_lead;
    bool m_keeps;
};

} // namespace mantissa
