// SPDX-License-Identifier: Apache-2.0
#include "core/training/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mantissa {

double learningRateAt(const OptimizerConfig& config, std::int64_t step, std::int64_t maxSteps)
{
    if (step < config.warmupSteps)
        return config.learningRate * static_cast<double>(step + 1) / static_cast<double>(config.warmupSteps);
    const double span = static_cast<double>(std::max<std::int64_t>(
        1, (config.decaySteps > 0 ? config.decaySteps : maxSteps) - config.warmupSteps));
    const double progress = std::min(1.0, static_cast<double>(step - config.warmupSteps) / span);
    const double floor = config.learningRate * config.minLrRatio;
    switch (config.schedule) {
    case LearningRateSchedule::Constant:
        return config.learningRate;
    case LearningRateSchedule::Linear:
        return floor + (config.learningRate - floor) * (1 - progress);
    case LearningRateSchedule::Cosine:
        return floor + (config.learningRate - floor) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
    }
    return config.learningRate;
}

} // namespace mantissa
