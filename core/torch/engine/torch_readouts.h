// SPDX-License-Identifier: Apache-2.0
#pragma once

// Averaged weights of one run, and what its model makes of them. Trainer thread only.

#include "core/torch/engine/engine_state.h"
#include "core/training/engine.h"

namespace mantissa {

class TorchReadouts final : public Readouts {
public:
    /// `state` outlives it.
    explicit TorchReadouts(EngineState& state)
        : m_state(state)
    {
    }

    ReadoutWindows windows() const override
    {
        return {m_state.readout.count(), m_state.readout.countBefore()};
    }
    double cosine() const override { return m_state.readout.cosine(); }
    Result<ProbeReport> probe(const ProbeOrder& order) override;
    Result<EvaluationReport> evaluate(double lead, Precision compute) override;
    Result<JumpReport> jump(const JumpOrder& order) override;
    void reset() override { m_state.readout.reset(); }

private:
    EngineState& m_state;
};

} // namespace mantissa
