// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/engine_state.h"

#include "core/model/family.h"
#include "core/torch/engine/device_facts.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/device_listener.h"
#include "core/torch/memory/work_span.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

namespace mantissa {

namespace {

void useThreads(std::int64_t asked)
{
    const auto all = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(static_cast<int>(asked > 0 ? std::min(asked, all) : all));
}

} // namespace

EngineState::EngineState(const EngineSetup& setup, std::unique_ptr<Dataset> dataset, at::Device device,
    std::unique_ptr<DiskStorage> disk, const ValueSource& values)
    : config(setup.config)
    , statesFile(setup.statesFile)
    , owner(setup.owner)
    , isInterrupted(setup.isInterrupted)
    , data(std::move(dataset))
    , model(makeModel(describe(config.model)))
    , store({device, config.choices.master, config.choices.moments}, placementOf(startingPlan(setup)),
          std::move(disk))
    , updater(model, store, config)
    , meter(device)
    , plan(startingPlan(setup))
{
    useThreads(config.training.threads);
    setSpanDevice(device);
    CountedAllocator::instance().setAccelerator(!device.is_cpu());
    // an accelerator's own allocator was limited when the device was opened
    CountedAllocator::instance().setBudget(device.is_cpu() ? config.memory.budgetBytes : std::nullopt);
    if (!device.is_cpu())
        listenToDevices();
    for (const BlockDescription& block : model.description.blocks) {
        leaveIfInterrupted();
        store.add(model.description.tensorsOf(block), values ? values : initialValues(config.training.seed));
    }
    if (setup.profiles)
        profile = std::make_unique<OperationProfile>();
}

MemoryReading EngineState::reading() const
{
    MemoryReading result = meter.end();
    if (const DiskStorage* disk = store.disk())
        result.diskPeak = disk->composition();
    if (waiting)
        result.diskPeak.at(MemoryClass::Gradients) = waiting->fileBytes();
    return result;
}

ForwardContext EngineState::context(Precision compute, bool training) const
{
    return {training, emulates(compute, store.device())};
}

void EngineState::leaveIfInterrupted() const
{
    if (isInterrupted && isInterrupted())
        throw Interruption();
}

void EngineState::beginReading() { meter.begin(); }

void EngineState::beginInstants()
{
    meter.begin();
    CountedAllocator::instance().noteInstants(profile != nullptr);
    CountedAllocator::instance().mark("begin");
}

} // namespace mantissa
