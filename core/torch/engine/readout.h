// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mean of the last h weights: kept as an FP32 sum on Host, read out in the compute format for Predict.

#include "core/torch/engine/weight_feed.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"

#include <filesystem>
#include <vector>

namespace mantissa {

class Readout {
public:
    void reset();
    /// Adds the weights as they are now.
    void collect(ParameterStore& store);
    std::int64_t count() const { return m_count; }
    void dropCandidate() { m_candidate.clear(); }
    /// A copy with sums of its own, without the candidate; taken as the caller's purpose.
    Readout copied() const;

    Result<std::int64_t> save(const std::filesystem::path& file, const ParameterStore& store) const;
    Status load(const std::filesystem::path& file, const ParameterStore& store);

private:
    friend class ReadoutFeed;
    /// The mean of one weight, or of some of its rows, on the store's device.
    at::Tensor mean(std::size_t parameter, const at::Tensor& rows, const ParameterStore& store, Precision precision) const;

    std::vector<at::Tensor> m_sums{};
    std::int64_t m_count = 0;
    WeightList m_candidate{}; ///< by parameter; kept between probes where weights rest on Device
};

/// The mean as the weights of a forward pass.
class ReadoutFeed final : public WeightFeed {
public:
    ReadoutFeed(const Model& model, const ParameterStore& store, Precision compute, Readout& readout)
        : m_model(model)
        , m_store(store)
        , m_compute(compute)
        , m_readout(readout)
    {
    }
    WeightList fetch(std::size_t block, const at::Tensor& rows) override;
    bool copies() const override { return m_store.streams(); }

private:
    const Model& m_model;
    const ParameterStore& m_store;
    Precision m_compute;
    Readout& m_readout;
};

} // namespace mantissa
