// SPDX-License-Identifier: Apache-2.0
#pragma once

// The peak a run will need, from shapes alone. An Estimate is never drawn as a Measurement.

#include "core/memory/memory_class.h"
#include "core/model/model_config.h"
#include "core/precision/phase.h"
#include "core/precision/preset.h"

#include <array>
#include <optional>

namespace mantissa {

struct EstimateInput {
    ModelConfig model{};
    PresetChoices choices{};
    std::int64_t batchSize = 1; ///< sequences or images in one micro-batch
    std::int64_t accumulation = 1;
    bool clips = true; ///< global-norm clipping is on
    bool onCpu = true; ///< products take what this CPU's do
    std::array<bool, allPhases.size()> phaseRuns{true, true, true, true};
};

struct Estimate {
    /// Composition at each phase's largest instant, casts on entering it counted; nothing for phases that do
    /// not run.
    std::array<std::optional<MemoryComposition>, allPhases.size()> byPhase{};
    std::int64_t peakDeviceBytes() const;
    Phase largestPhase() const;
};

Estimate estimateMemory(const EstimateInput& input);

} // namespace mantissa
