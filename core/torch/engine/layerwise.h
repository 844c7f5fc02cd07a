// SPDX-License-Identifier: Apache-2.0
#pragma once

// A step block by block: forward without a graph keeping only what enters each block, then from the last
// block to the first: fetch its weights, recompute it with a graph, backward, hand over its gradients, drop
// everything. Layer-outer, micro-batch-inner: each block is fetched once per pass for all micro-batches.

#include "core/torch/engine/whole_model.h"

#include <memory>

namespace mantissa {

/// One step. Block inputs wait on Host when the weights stream, else on Device.
class LayerwiseStep {
public:
    LayerwiseStep(const Model& model, ParameterStore& store, const Dataset& data, const StepInputs& inputs,
        Updater& updater);
    ~LayerwiseStep();

    /// Before run(): goes on where an earlier process was killed, some blocks being committed. The updater
    /// has gone on already.
    void goOn(const JournalRecords& records);
    /// Returns the mean loss over micro-batches, unscaled. After an exception that came when some weights
    /// were updated already, it can be called again: it goes on at the first block that is not done, and the
    /// step ends with the bits it would have had.
    double run();

private:
    class Walk;
    std::unique_ptr<Walk> m_walk;
};

} // namespace mantissa
