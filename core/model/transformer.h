// SPDX-License-Identifier: Apache-2.0
#pragma once

// What families of transformers have in common: how weights start, and rules between hyper-parameters.

#include "core/model/model_config.h"

namespace mantissa {

/// Of a fresh matrix (Radford et al. 2019).
constexpr double initialDeviation = 0.02;
/// Of the matrices that write into the residual stream, so that its variance does not grow with depth.
double residualDeviation(std::int64_t layers);

Status headsDivideWidth(const ModelConfig& config);
/// Rotary positions turn pairs of elements.
Status headsCanTurn(const ModelConfig& config);
Status keyValueHeadsDivideHeads(const ModelConfig& config);
Status hasNoKeyValueHeads(const ModelConfig& config);
Status hasNoDropout(const ModelConfig& config);

} // namespace mantissa
