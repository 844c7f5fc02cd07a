// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the parts of the engine work on: data, model, weights and optimizer of one run, and the plan in force.
// Owned by TorchEngine; trainer thread only.

#include "core/torch/data/dataset.h"
#include "core/torch/engine/profile.h"
#include "core/torch/engine/readout.h"
#include "core/torch/gradients/updater.h"
#include "core/torch/gradients/waiting_gradients.h"
#include "core/torch/memory/memory_meter.h"
#include "core/torch/models/model.h"
#include "core/torch/state/parameter_store.h"
#include "core/training/engine.h"

#include <filesystem>
#include <memory>

namespace mantissa {

struct EngineState {
    /// Weights and moments are made where the first phase has them; throws what LibTorch throws. `disk`: for
    /// states on Disk, or null.
    EngineState(const EngineSetup& setup, std::unique_ptr<Dataset> dataset, at::Device device,
        std::unique_ptr<DiskStorage> disk, const ValueSource& values);
    EngineState(const EngineState&) = delete;
    EngineState& operator=(const EngineState&) = delete;

    ForwardContext context(Precision compute, bool training) const;
    /// Rows of logits at once; models of images have ten classes and nothing to cut.
    std::int64_t lossChunk() const { return model.head ? config.choices.lossChunk : 0; }
    /// A stretch of work begins whose fullest instant reading() tells.
    void beginReading();
    /// Throws Interruption when the run is to end.
    void leaveIfInterrupted() const;
    /// The same, with its instants by name in a run that profiles.
    void beginInstants();
    MemoryReading reading() const;

    RunConfig config;
    std::filesystem::path statesFile;
    std::string owner; ///< identity of the run
    std::function<bool()> isInterrupted;
    std::unique_ptr<Dataset> data;
    Model model;
    ParameterStore store;
    Updater updater;
    Readout readout{};
    std::unique_ptr<WaitingGradients> waiting{}; ///< beside the states; null until a step needs them
    MemoryMeter meter;
    ResolvedPlan plan{};
    std::unique_ptr<OperationProfile> profile{}; ///< null: seconds of operations are not counted
};

} // namespace mantissa
