// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mean loss over the fixed evaluation batches: of the weights, or of whatever a feed makes of them.

#include "core/torch/engine/engine_state.h"
#include "core/torch/engine/weight_feed.h"
#include "core/training/engine.h"

namespace mantissa {

/// Fills in losses and accuracy.
void evaluateFeed(EngineState& state, WeightFeed& feed, Precision compute, EvaluationReport& report);
/// Weights cast to `compute` and back. Can be called again after an exception.
EvaluationReport evaluateWeights(EngineState& state, Precision compute);

} // namespace mantissa
