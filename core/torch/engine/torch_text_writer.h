// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts in mid-training, from the weights where they are. Trainer thread only.

#include "core/torch/engine/engine_state.h"
#include "core/training/engine.h"

namespace mantissa {

class TorchTextWriter final : public TextWriter {
public:
    /// `state` outlives it and has a model of text.
    explicit TorchTextWriter(EngineState& state)
        : m_state(state)
    {
    }
    Result<std::string> write(const TextOrder& order) override;

private:
    EngineState& m_state;
};

} // namespace mantissa
