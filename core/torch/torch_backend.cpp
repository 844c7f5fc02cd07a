// SPDX-License-Identifier: Apache-2.0
#include "core/torch/torch_backend.h"

#include "core/base/instruction_set.h"
#include "core/base/units.h"
#include "core/model/family.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/engine/torch_engine.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/numbers/saved_numbers.h"
#include "core/torch/optim/optimizer.h"

#include <ATen/DeviceAccelerator.h>
#include <fmt/format.h>

#include <dlfcn.h>
#include <mutex>

namespace mantissa {

namespace {

std::string problem; // why CUDA is off; written once by initializeEngine()

Result<at::Device> deviceNamed(const std::string& name)
{
    if (name == "cpu")
        return at::Device(at::kCPU);
    at::Device device(at::kCPU);
    try {
        device = at::Device(name);
    } catch (const c10::Error&) {
        return fail(fmt::format("memory.device is '{}'; expected cpu or cuda:0", name), ExitCode::Usage);
    }
    const auto count = static_cast<int>(at::accelerator::deviceCount());
    if (count == 0 || at::accelerator::getAccelerator() != device.type())
        return fail(fmt::format("memory.device is '{}' and there is no such device here{}; use cpu", name,
            problem.empty() ? "" : " (" + problem + ")"));
    const int index = device.has_index() ? device.index() : 0;
    if (index >= count)
        return fail(fmt::format("memory.device is '{}' and there are {} devices; count from 0", name, count));
    return at::Device(device.type(), static_cast<at::DeviceIndex>(index));
}

/// What must be on Device at once in the phase that needs least, by the Estimate, must fit.
Status checkBudget(const RunConfig& config)
{
    if (!config.memory.budgetBytes)
        return {};
    const std::int64_t budget = *config.memory.budgetBytes;
    const Placement placement = placementOf(firstPlan(config));
    const auto width = static_cast<std::int64_t>(bytesPerElement(placement.form));
    const std::int64_t weights = placement.weights == Tier::Device ? parameterCount(config.model) * width
                                                                   : largestTensor(config.model) * width;
    if (weights <= budget)
        return {};
    return fail(
        fmt::format("{} are {} and memory.budget is {}; raise the budget or choose a smaller model or preset",
            placement.weights == Tier::Device ? "the weights that rest on Device"
                                              : "the weights of the largest tensor",
            formatBytes(weights), formatBytes(budget)),
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

} // namespace

void initializeEngine()
{
    static std::once_flag once;
    std::call_once(once, [] {
        limitLibraries(); // they read it at their first use
        c10::SetAllocator(c10::kCPU, &CountedAllocator::instance(), /*priority*/ 1);
        // comes with the driver: without it the reason is never one of LibTorch's libraries
        if (!::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)) {
            problem = "no NVIDIA driver";
            return;
        }
        // registers itself with LibTorch when it can be loaded; must come before anyone asks whether CUDA is
        // there
        if (!::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) {
            const char* reason = ::dlerror();
            problem = reason ? reason : "libtorch_cuda.so cannot be loaded";
        } else if (at::accelerator::deviceCount() == 0) {
            problem = "libtorch_cuda.so is loaded and finds no device; look at nvidia-smi";
        }
    });
}

const std::string& cudaProblem() { return problem; }

Result<EngineParts> makeTorchEngine(const EngineSetup& setup)
{
    const RunConfig& config = setup.config;
    return guarded([&]() -> Result<EngineParts> {
        initializeEngine();
        const auto device = deviceNamed(config.memory.device);
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
        auto engine = std::make_unique<TorchEngine>(setup, std::move(*data), *device, std::move(*states));
        Snapshots& snapshots = engine->snapshots();
        Readouts& readouts = engine->readouts();
        return EngineParts{std::move(engine), snapshots, readouts};
    });
}

} // namespace mantissa

extern "C" __attribute__((visibility("default"))) const mantissa::EngineApi* mantissaEngine()
{
    static const mantissa::EngineApi api{
        &mantissa::makeTorchEngine, &mantissa::checkDevices, &mantissa::measureSaved};
    return &api;
}
