// SPDX-License-Identifier: Apache-2.0
#pragma once

// A step block by block: forward without a graph keeping only what enters each block, then from the last block to the first:
// fetch its weights, recompute it with a graph, backward, hand over its gradients, drop everything. Layer-outer,
// micro-batch-inner: each block is fetched once per pass for all micro-batches.

#include "core/torch/engine/whole_model.h"

namespace mantissa {

/// Returns the mean loss over micro-batches, unscaled. Block inputs wait on Host when the weights stream, else on Device.
double layerwiseStep(const Model& model, ParameterStore& store, const Dataset& data, const StepInputs& inputs, Updater& updater);

} // namespace mantissa
