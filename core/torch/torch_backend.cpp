// SPDX-License-Identifier: Apache-2.0
#include "core/torch/torch_backend.h"

#include "core/base/instruction_set.h"
#include "core/base/units.h"
#include "core/model/family.h"
#include "core/record/device_limit.h"
#include "core/record/folder_weights.h"
#include "core/torch/device/open_device.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/product_bound.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/engine/torch_text_model.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/numbers/saved_numbers.h"
#include "core/torch/optim/optimizer.h"

#include <fmt/format.h>

#include <mutex>

namespace mantissa {

namespace {

/// What must be on Device at once in the phase that needs least, by the Estimate, must fit.
Status checkBudget(const RunConfig& config)
{
    const auto limit = deviceLimit(config.memory);
    if (!limit)
        return {};
    const std::int64_t budget = *limit;
    const Placement placement = placementOf(firstPlan(config));
    const auto width = static_cast<std::int64_t>(bytesPerElement(placement.form));
    const std::int64_t weights = placement.weights == Tier::Device ? parameterCount(config.model) * width
                                                                   : largestTensor(config.model) * width;
    if (weights <= budget)
        return {};
    const bool isBudget = config.memory.budgetBytes == budget;
    return fail(fmt::format("{} are {} and {} allows {}; {} or choose a smaller model or preset",
                    placement.weights == Tier::Device ? "the weights that rest on Device"
                                                      : "the weights of the largest tensor",
                    formatBytes(weights), isBudget ? "memory.budget" : "the card", formatBytes(budget),
                    isBudget ? "raise the budget" : "take a larger card"),
        ExitCode::OutOfMemory);
}

/// Whether every phase that updates finds an optimizer for where its moments are.
Status checkOptimizers(const RunConfig& config, at::Device device)
{
    const StateFormat format{device, config.choices.master, config.choices.moments};
    for (const Phase phase : allPhases) {
        if (phase == Phase::Predict)
            continue;
        const auto found = optimizerFor({.kind = config.optimizer.kind,
            .device = format.deviceOf(config.choices.resolve(phase).moments),
            .master = format.master,
            .moments = format.moments});
        if (!found)
            return fail(found.error());
    }
    return {};
}

/// Null where the model begins with fresh weights.
Result<std::unique_ptr<FolderWeights>> folderWeights(const RunConfig& config)
{
    if (config.model.folder.empty())
        return std::unique_ptr<FolderWeights>();
    return FolderWeights::open(config.model.folder, describe(config.model));
}

ValueSource valuesOf(const FolderWeights& weights)
{
    return [&weights](const TensorDescription& tensor, std::int64_t first, float* to, std::int64_t n) {
        weights.read(tensor, first, to, n);
    };
}

} // namespace

void initializeEngine()
{
    static std::once_flag once;
    std::call_once(once, [] {
        limitLibraries(); // they read it at their first use
        c10::SetAllocator(c10::kCPU, &CountedAllocator::instance(), /*priority*/ 1);
        loadCuda();
    });
}

Result<EngineParts> makeTorchEngine(const EngineSetup& setup)
{
    const RunConfig& config = setup.config;
    return guarded([&]() -> Result<EngineParts> {
        initializeEngine();
        const auto device = openDevice(config.memory);
        if (!device)
            return fail(device.error());
        TRY(checkBudget(config));
        auto data = openDataset(config, setup.isInterrupted);
        if (!data)
            return fail(data.error());
        if (setup.samplesBefore > 0)
            (*data)->goOnFrom(setup.nextStep, setup.samplesBefore);
        TRY(checkSameData(setup.data, (*data)->whatWasRead(), config.data.source));
        TRY(checkOptimizers(config, *device));
        auto states = openStates(setup);
        if (!states)
            return fail(states.error());
        auto weights = folderWeights(config);
        if (!weights)
            return fail(weights.error());
        auto engine = std::make_unique<TorchEngine>(setup, std::move(*data), *device, std::move(*states),
            *weights ? valuesOf(**weights) : ValueSource());
        if (*weights)
            TRY((*weights)->status());
        Snapshots& snapshots = engine->snapshots();
        Readouts& readouts = engine->readouts();
        TextWriter* writer = engine->writer();
        return EngineParts{std::move(engine), snapshots, readouts, writer};
    });
}

} // namespace mantissa

extern "C" __attribute__((visibility("default"))) const mantissa::EngineApi* mantissaEngine()
{
    static const mantissa::EngineApi api{&mantissa::makeTorchEngine, &mantissa::checkDevices,
        &mantissa::measureSaved, &mantissa::measureProducts, &mantissa::openTextModel,
        &mantissa::tellSpansTo};
    return &api;
}
