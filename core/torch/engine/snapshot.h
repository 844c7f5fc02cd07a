// SPDX-License-Identifier: Apache-2.0
#pragma once

// A copy of all that training changes, on Host, to roll back to: exact FP32 weights, moments as they are, the
// read-out.

#include "core/record/run_config.h"
#include "core/torch/engine/readout.h"
#include "core/torch/state/parameter_store.h"

#include <vector>

namespace mantissa {

class Snapshot {
public:
    /// What one takes at most.
    static std::int64_t bytesOf(const RunConfig& config, const ParameterStore& store);

    /// Takes the place of an earlier one. Error Diverged when a weight or moment is not finite: then there is
    /// none.
    Status keep(ParameterStore& store, const Readout& readout);
    void restore(ParameterStore& store, Readout& readout) const;

private:
    std::vector<at::Tensor> m_weights{};
    std::vector<Moments> m_moments{};
    Readout m_readout{};
};

} // namespace mantissa
