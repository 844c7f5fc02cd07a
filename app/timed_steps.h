// SPDX-License-Identifier: Apache-2.0
#pragma once

// Real steps of a config's phase Full, timed: what `benchmark throughput` and `benchmark shapes` are made of.

#include "core/record/product_bound.h"
#include "core/training/engine.h"

#include <optional>
#include <vector>

namespace mantissa {

/// Of this process and all its threads, since it began.
struct ProcessCosts {
    double cpuSeconds = 0; ///< user and system
    std::int64_t minorFaults = 0; ///< pages that came without a read
};

/// Some steps, and what they took.
struct Turn {
    std::vector<double> stepSeconds{};
    double seconds = 0; ///< of all
    ProcessCosts costs{};
    double loss = 0; ///< of the last
    std::int64_t skipped = 0; ///< for gradients that were not finite
    MemoryReading peak{};
    std::int64_t reservedBytes = 0; ///< of the last, on Device and Host

    double perStep(double all) const { return all / static_cast<double>(stepSeconds.size()); }
};

/// The learning rate is the config's from the first step on: its schedule changes no cost.
Result<Turn> takeSteps(Engine& engine, const RunConfig& config, std::int64_t first, std::int64_t count);

/// At a share of the way from the smallest value to the largest, between two where it falls there.
double quantile(std::vector<double> values, double share);

/// All that is told of a measurement.
struct Throughput {
    Turn turn{};
    std::int64_t grownBytes = 0; ///< taken from the system after the warm-up
    std::int64_t tokensPerStep = 0;
    EngineFacts facts{};
    std::optional<ProductBound> bound{};

    /// Of the step times' quantile, so the lower quartile of the speed is of the upper of the times.
    double tokensPerSecond(double share) const
    {
        return static_cast<double>(tokensPerStep) / quantile(turn.stepSeconds, 1 - share);
    }
};

struct TimedSteps {
    std::int64_t warmUp = 3; ///< libraries prepare what they need, and blocks are taken from the system
    std::int64_t steps = 20;
    bool withBound = true; ///< what the products allow
};

/// Refuses what has no seconds (a simulated card) and what does not fit the machine.
Status checkTimed(const RunConfig& config);
/// An engine that stands in the phase Full.
Result<EngineParts> openTimed(const EngineSetup& setup);
Result<Throughput> measureThroughput(const EngineSetup& setup, const TimedSteps& timed);

} // namespace mantissa
