// SPDX-License-Identifier: Apache-2.0
#pragma once

// The two ways to get the gradients of a step. WholeModel: one autograd graph over all blocks. Both hand
// gradients to the Updater as they are done, and both give the same bits.

#include "core/torch/data/dataset.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/engine/chunked_loss.h"
#include "core/torch/gradients/updater.h"
#include "core/torch/models/model.h"

namespace mantissa {

struct StepInputs {
    std::int64_t step = 0;
    std::vector<double> shares{1}; ///< of each micro-batch in the step's mean loss: of its targets in all
    Precision compute = Precision::Fp32;
    Precision gradients = Precision::Fp32;
    double lossScale = 1;
    std::int64_t lossChunk = 0;
    ForwardContext context{};
    DropoutSeed dropout{};
    StepJournal* journal
        = nullptr; ///< block by block over states on Disk: where what a restart needs is written
};

/// The micro-batch on Device, as allocations of class Data.
Batch batchOnDevice(const Dataset& data, std::int64_t step, std::int64_t microBatch, at::Device device);
/// The states that the head is asked about: all of `x` [batch, length, width], or the rows [rows, width] that
/// have a target.
at::Tensor headInput(const at::Tensor& x, const Batch& batch);
/// Where slices of the projection's gradient go; empty when it does not train.
SliceSink slicesTo(Updater& updater, const Model& model);
/// Weights that collect gradients where they train: new leaves over the same memory. `take` is called when a
/// leaf's gradient is whole.
using GradientSink = std::function<void(std::size_t weight, at::Tensor gradient)>;
WeightList leavesOf(
    const Model& model, const WeightList& weights, Precision gradients, const GradientSink& take);

/// Returns the mean loss over micro-batches, unscaled.
double wholeModelStep(const Model& model, ParameterStore& store, const Dataset& data,
    const StepInputs& inputs, Updater& updater);

} // namespace mantissa
