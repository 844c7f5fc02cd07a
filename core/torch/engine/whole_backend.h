// SPDX-License-Identifier: Apache-2.0
#pragma once

// The StepBackend over LibTorch: owns data, model, weights and optimizer of one run. Trainer thread only.

#include "core/torch/data/dataset.h"
#include "core/torch/engine/adamw.h"
#include "core/torch/engine/readout.h"
#include "core/torch/engine/whole_model.h"
#include "core/torch/memory/memory_meter.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"
#include "core/torch/weights/weight_file.h"
#include "core/training/step_backend.h"

#include <memory>
#include <string>
#include <vector>

namespace mantissa {

class WholeBackend final : public StepBackend {
public:
    /// Makes weights and moments; throws what LibTorch throws.
    WholeBackend(const RunConfig& config, std::unique_ptr<Dataset> data, at::Device device);
    ~WholeBackend() override;

    BackendFacts facts() const override;
    Result<SegmentReport> enter(Phase phase, const ResolvedPlan& plan) override;
    Result<StepReport> step(const StepOrder& order) override;
    Result<ProbeReport> probe(std::int64_t step) override;
    void resetReadout() override { m_readout.reset(); }
    Result<EvaluationReport> evaluate(Precision compute) override;
    Result<std::int64_t> save(const std::filesystem::path& folder) override;
    Status load(const std::filesystem::path& folder) override;

    const ParameterStore& store() const { return m_store; }

private:
    ForwardContext context(bool training) const;
    MemoryComposition knownBytes() const;
    std::vector<NamedTensor> weightTensors() const;
    std::vector<NamedTensor> momentTensors() const;
    void seedFor(std::int64_t step);

    RunConfig m_config;
    std::unique_ptr<Dataset> m_data;
    ParameterStore m_store;
    Model m_model;
    Adamw m_optimizer;
    WholeModel m_executor;
    Readout m_readout{};
    MemoryMeter m_meter;
    ResolvedPlan m_plan{};
};

/// "cpu: …, 2 threads" or the accelerator's name.
std::string deviceTitle(at::Device device);
/// True where FP16 products are computed in FP32 and rounded, since the device has no FP16 arithmetic.
bool emulatesFp16(at::Device device);

} // namespace mantissa
