// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Engine over LibTorch, with its snapshots and read-outs. Trainer thread only.

#include "core/torch/engine/engine_state.h"
#include "core/torch/engine/snapshot.h"
#include "core/torch/engine/step_in_hand.h"
#include "core/torch/engine/torch_readouts.h"
#include "core/torch/engine/torch_text_writer.h"
#include "core/training/engine.h"

#include <memory>

namespace mantissa {

/// The copy of a run's states on Host.
class TorchSnapshots final : public Snapshots {
public:
    /// Both outlive it.
    TorchSnapshots(EngineState& state, StepInHand& step)
        : m_state(state)
        , m_step(step)
    {
    }

    std::int64_t bytes() const override { return Snapshot::bytesOf(m_state.config, m_state.store); }
    Status keep() override;
    Status restore() override;

private:
    EngineState& m_state;
    StepInHand& m_step;
    Snapshot m_snapshot{};
};

class TorchEngine final : public Engine {
public:
    /// Makes weights and moments where the first phase has them; throws what LibTorch throws. `disk`: for
    /// states on Disk, or null. `values`: what the weights begin with; empty: random ones.
    TorchEngine(const EngineSetup& setup, std::unique_ptr<Dataset> data, at::Device device,
        std::unique_ptr<DiskStorage> disk = nullptr, const ValueSource& values = {});
    ~TorchEngine() override;

    EngineFacts facts() const override;
    Result<SegmentReport> enter(Phase phase, const ResolvedPlan& plan) override;
    Result<StepReport> step(const StepOrder& order) override { return m_step.run(order); }
    bool isStepUntouched() const override { return m_step.isUntouched(); }
    Result<EvaluationReport> evaluate(Precision compute) override;
    Result<std::int64_t> save(const std::filesystem::path& folder) override;
    Status load(const std::filesystem::path& folder) override;
    void keepStates(bool kept) override;

    TorchSnapshots& snapshots() { return m_snapshots; }
    TorchReadouts& readouts() { return m_readouts; }
    TextWriter* writer() { return m_state.model.head ? &m_writer : nullptr; }
    ParameterStore& store() { return m_state.store; }
    Model& model() { return m_state.model; }

private:
    EngineState m_state;
    StepInHand m_step;
    TorchSnapshots m_snapshots;
    TorchReadouts m_readouts;
    TorchTextWriter m_writer;
};

} // namespace mantissa
