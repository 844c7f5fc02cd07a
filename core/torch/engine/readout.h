// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mean of the last h weights: kept as an FP32 sum on Host, read out in the compute format for Predict.

#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"

#include <filesystem>
#include <vector>

namespace mantissa {

class Readout {
public:
    void reset();
    /// Adds the weights as they are now.
    void collect(const ParameterStore& store);
    std::int64_t count() const { return m_count; }
    /// The mean in a format on the store's device, made at the first call and kept until dropCandidate().
    const WeightList& candidate(const ParameterStore& store, Precision precision);
    void dropCandidate() { m_candidate.clear(); }

    Result<std::int64_t> save(const std::filesystem::path& file, const ParameterStore& store) const;
    Status load(const std::filesystem::path& file, const ParameterStore& store);

private:
    std::vector<at::Tensor> m_sums{};
    std::int64_t m_count = 0;
    WeightList m_candidate{};
};

} // namespace mantissa
