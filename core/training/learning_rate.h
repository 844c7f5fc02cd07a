// SPDX-License-Identifier: Apache-2.0
#pragma once

// Linear warm-up, then constant, linear or cosine decay down to min_lr_ratio at lr_decay_steps, or at the
// last step of the run.

#include "core/record/run_config.h"

namespace mantissa {

/// The rate of update `step` (counted from 0) of `maxSteps`.
double learningRateAt(const OptimizerConfig& config, std::int64_t step, std::int64_t maxSteps);

} // namespace mantissa
