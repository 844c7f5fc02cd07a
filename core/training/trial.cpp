// SPDX-License-Identifier: Apache-2.0
#include "core/training/trial.h"

#include "core/base/seconds.h"
#include "core/memory/block_cost.h"
#include "core/memory/product_tiles.h"
#include "core/model/family.h"
#include "core/record/device_limit.h"

#include <algorithm>

namespace mantissa {

namespace {

/// The smallest batch of text whose products and attention fill the tiles that an emulated format goes
/// through as the real one does.
std::int64_t leastForTiles(const RunConfig& config)
{
    const EstimateInput input = config.estimateInput();
    const auto tiles = [&](Phase phase) {
        return input.onCpu && input.phaseRuns[indexOf(phase)]
            && cpuProductScratch(config.choices.resolve(phase).compute) == ProductScratch::Tiles;
    };
    std::int64_t least = 1;
    if (std::ranges::any_of(allPhases, tiles))
        for (const std::int64_t full :
            {tileSide / config.model.context, tileElements / (config.model.context * config.model.width)})
            if (full + 1 <= config.training.batchSize)
                least = std::max(least, full + 1);
    return least;
}

/// Two batch sizes that are small and on the same side of every threshold as the real one: the chunks of the
/// loss, and tiles.
std::pair<std::int64_t, std::int64_t> smallBatches(const RunConfig& config)
{
    const std::int64_t real = config.training.batchSize;
    if (real <= 2)
        return {real, real};
    if (inputOf(config.model) == InputKind::Images) // images are small, and convolutions choose their ways by
                                                    // the batch: stay near it
        return real < 8 ? std::pair{real, real} : std::pair{real / 2, real * 3 / 4};
    const std::int64_t chunk = config.choices.lossChunk;
    const std::int64_t first
        = std::max(leastForTiles(config), chunk > 0 ? chunk / config.model.context + 1 : 1);
    return first + 1 >= real ? std::pair{real, real} : std::pair{first, first + 1};
}

MemoryComposition extrapolated(const MemoryComposition& a, const MemoryComposition& b, std::int64_t from,
    std::int64_t to, std::int64_t real)
{
    MemoryComposition result;
    for (const MemoryClass memoryClass : allMemoryClasses) {
        const std::int64_t slope = to == from ? 0 : (b.at(memoryClass) - a.at(memoryClass)) / (to - from);
        result.at(memoryClass) = a.at(memoryClass) + slope * (real - from);
    }
    return result;
}

/// A probe sees half of a batch: `rows` of it when the batch is a small one.
std::int64_t probeRows(std::int64_t rows, const RunConfig& real)
{
    return std::min(rows, std::max<std::int64_t>(1, real.training.batchSize / 2));
}

/// The instants of each phase that runs, with one batch size.
using PhaseInstants = std::array<std::vector<MemoryInstant>, allPhases.size()>;

Result<PhaseInstants> instantsAt(RunConfig config, std::int64_t batch, const EngineFactory& makeEngine,
    const std::filesystem::path& statesFile)
{
    const std::int64_t rows = probeRows(batch, config);
    config.training.batchSize = batch;
    config.memory = withoutLimit(config.memory);
    config.model.folder.clear(); // fresh weights take the same room
    const EstimateInput input = config.estimateInput();
    auto made = makeEngine({.config = config, .statesFile = statesFile, .profiles = true});
    if (!made)
        return fail(made.error());
    PhaseInstants result;
    for (const Phase phase : allPhases) {
        if (!input.phaseRuns[indexOf(phase)])
            continue;
        const auto entered = made->engine->enter(phase, config.choices.resolve(phase));
        if (!entered)
            return fail(entered.error());
        auto& instants = result[indexOf(phase)];
        instants.push_back({"enter", entered->memory.devicePeak});
        if (phase == Phase::Predict) {
            const auto probed = made->readouts.probe(ProbeOrder{.rows = rows});
            if (!probed)
                return fail(probed.error());
            instants.insert(instants.end(), probed->instants.begin(), probed->instants.end());
            continue;
        }
        const bool collects = input.phaseRuns[indexOf(Phase::Predict)];
        const auto stepped = made->engine->step({.step = 0, .learningRate = 0, .collectReadout = collects});
        if (!stepped)
            return fail(stepped.error());
        if (stepped->skipped)
            return fail("the trial's gradients are not finite; choose fp32 or bf16");
        instants.insert(instants.end(), stepped->instants.begin(), stepped->instants.end());
    }
    return result;
}

} // namespace

Result<Trial> runTrial(
    const RunConfig& config, const EngineFactory& makeEngine, const std::filesystem::path& statesFile)
{
    const auto [first, second] = smallBatches(config);
    const auto a = instantsAt(config, first, makeEngine, statesFile);
    if (!a)
        return fail(a.error());
    const auto b = second == first ? a : instantsAt(config, second, makeEngine, statesFile);
    if (!b)
        return fail(b.error());
    Trial trial;
    for (const Phase phase : allPhases) {
        const auto& small = (*a)[indexOf(phase)];
        const auto& larger = (*b)[indexOf(phase)];
        for (std::size_t i = 0; i < std::min(small.size(), larger.size()); ++i) {
            const auto rows = [&](std::int64_t batch) {
                return phase == Phase::Predict ? probeRows(batch, config) : batch;
            };
            const MemoryComposition instant = extrapolated(small[i].device, larger[i].device, rows(first),
                rows(second), rows(config.training.batchSize));
            auto& peak = trial.byPhase[indexOf(phase)];
            if (!peak || instant.total() > peak->total())
                peak = instant;
        }
    }
    return trial;
}

Result<std::optional<TrialMeasured>> trialOf(
    const RunConfig& config, const EngineFactory& makeEngine, const std::filesystem::path& statesFile)
{
    if (!config.memory.trial)
        return std::nullopt;
    const SteadyTime start = steadyNow();
    std::filesystem::path file = statesFile;
    file += ".trial";
    const auto trial = runTrial(config, makeEngine, file);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    if (!trial)
        return fail("the trial before the run failed: " + trial.error().message, trial.error().code);
    return TrialMeasured{.peaks = *trial, .seconds = secondsSince(start)};
}

} // namespace mantissa
