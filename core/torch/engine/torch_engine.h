// SPDX-License-Identifier: Apache-2.0
#pragma once

// The StepBackend over LibTorch: owns data, model, weights and optimizer of one run. Trainer thread only.

#include "core/torch/data/dataset.h"
#include "core/torch/engine/layerwise.h"
#include "core/torch/engine/number_sampler.h"
#include "core/torch/engine/readout.h"
#include "core/torch/engine/snapshot.h"
#include "core/torch/engine/updater.h"
#include "core/torch/memory/memory_meter.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"
#include "core/torch/weights/weight_file.h"
#include "core/training/engine.h"

#include <memory>
#include <vector>

namespace mantissa {

class TorchEngine final : public StepBackend {
public:
    /// Makes weights and moments where the first phase has them; throws what LibTorch throws. `disk`: for
    /// states on Disk, or null.
    TorchEngine(const EngineSetup& setup, std::unique_ptr<Dataset> data, at::Device device,
        std::unique_ptr<DiskStorage> disk = nullptr);
    ~TorchEngine() override;

    EngineFacts facts() const override;
    Result<SegmentReport> enter(Phase phase, const ResolvedPlan& plan) override;
    Result<StepReport> step(const StepOrder& order) override;
    bool isStepUntouched() const override { return m_updater.isUntouched(); }
    using StepBackend::probe;
    Result<ProbeReport> probe(const ProbeOrder& order) override;
    ReadoutWindows readoutWindows() const override { return {m_readout.count(), m_readout.countBefore()}; }
    double readoutCosine() const override;
    Result<JumpReport> jump(const JumpOrder& order) override;
    Result<EvaluationReport> evaluateReadout(double lead, Precision compute) override;
    void resetReadout() override { m_readout.reset(); }
    std::int64_t snapshotBytes() const override;
    Status keepSnapshot() override;
    Status restoreSnapshot() override;
    Result<EvaluationReport> evaluate(Precision compute) override;
    Result<std::int64_t> save(const std::filesystem::path& folder) override;
    Status load(const std::filesystem::path& folder) override;
    void keepStates(bool kept) override;

    ParameterStore& store() { return m_store; }
    Model& model() { return m_model; }

private:
    ForwardContext context(Precision compute, bool training) const;
    MemoryComposition knownBytes() const;
    MemoryReading reading() const;
    /// Rows of logits at once; models of images have ten classes and nothing to cut.
    std::int64_t lossChunk() const { return m_model.head ? m_config.choices.lossChunk : 0; }
    void beginInstants() const;
    /// The mean loss of a model's weights over the evaluation batches.
    void evaluateFeed(WeightFeed& feed, Precision compute, EvaluationReport& report);
    void beginStep(const StepOrder& order);
    void openStepFiles(UpdateOrder& order, bool goesOn);
    bool isBetweenUpdates(std::int64_t step) const;
    void forgetStep();
    StepCosts costsSoFar() const;
    StepCosts since(const StepCosts& before) const;
    std::vector<NamedTensor> weightTensors();
    std::vector<NamedTensor> momentTensors();

    RunConfig m_config;
    std::filesystem::path m_statesFile;
    std::unique_ptr<Dataset> m_data;
    Model m_model;
    ParameterStore m_store;
    Updater m_updater;
    Readout m_readout{};
    NumberSampler m_numbers{};
    Snapshot m_snapshot{};
    MemoryMeter m_meter;
    ResolvedPlan m_plan{};
    bool m_profiles = false;
    bool m_isKept = false; ///< files on Disk outlive this object
    bool m_goesOn = false; ///< the states on Disk are an earlier process's and no step was asked for yet
    std::unique_ptr<StepJournal> m_journal{};
    std::unique_ptr<WaitingGradients> m_waiting{};
    std::unique_ptr<LayerwiseStep> m_walk{}; ///< the step in hand, when it goes block by block
    double m_loss = 0; ///< of the step in hand
};

/// The plan of the first phase that a run of this config enters.
ResolvedPlan firstPlan(const RunConfig& config);
ResolvedPlan startingPlan(const EngineSetup& setup);
bool usesDisk(const ResolvedPlan& plan);
/// Opens the file for states on Disk when some phase puts any there; null when none does.
Result<std::unique_ptr<DiskStorage>> openStates(const EngineSetup& setup);
Result<std::unique_ptr<DiskStorage>> openStatesFile(const EngineSetup& setup);

} // namespace mantissa
