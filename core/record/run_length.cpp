// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_length.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

std::int64_t samplesLearned(const Run& run, const DataRead& data, std::int64_t step)
{
    const RunConfig& config = run.config();
    return run.tokens().at(step)
        / (config.data.hasRows() ? data.tokensPerSample() : config.tokensPerSample());
}

std::int64_t lastStepOf(
    const TrainingConfig& training, std::int64_t samples, std::int64_t step, std::int64_t samplesDone)
{
    if (training.epochs == 0 || samples == 0)
        return training.maxSteps;
    const double left
        = std::ceil(training.epochs * static_cast<double>(samples)) - static_cast<double>(samplesDone);
    const auto perStep = static_cast<double>(training.batchSize * training.accumulation);
    return std::max<std::int64_t>(1, step + static_cast<std::int64_t>(std::ceil(left / perStep)));
}

std::string orderInWords(const RunConfig& config)
{
    const bool isOnce
        = config.data.kind == DataKind::Images || config.data.hasRows() || config.training.epochs > 0;
    return isOnce ? "each sample comes once in an epoch, in an order that the seed decides"
                  : "windows are drawn by chance, with replacement (training.epochs takes each once)";
}

std::string lengthInWords(const RunConfig& config, std::int64_t samples)
{
    const TrainingConfig& training = config.training;
    if (training.epochs == 0 || samples == 0)
        return {};
    return fmt::format("{:g} epochs of {} samples, {} in each step: the run ends after step {}",
        training.epochs, formatCount(samples), formatCount(training.batchSize * training.accumulation),
        formatCount(training.maxSteps));
}

} // namespace mantissa
