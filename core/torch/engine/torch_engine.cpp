// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/torch_engine.h"

#include "core/base/units.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/torch/device/device_memory.h"
#include "core/torch/device/open_device.h"
#include "core/torch/engine/device_facts.h"
#include "core/torch/engine/engine_checkpoint.h"
#include "core/torch/engine/evaluation.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/states_file.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/work_span.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mantissa {

namespace {

std::string emulationNotice(Precision compute, const std::vector<std::string_view>& phases)
{
    const char* format = compute == Precision::Fp16 ? "FP16" : "BF16";
    return fmt::format("{} in {} is emulated on this device: numbers are {}, products go through FP32; it "
                       "saves memory, not time",
        format, fmt::join(phases, ", "), format);
}

/// Empty unless the device is simulated.
std::string simulationNotice(const MemoryConfig& memory)
{
    const auto device = parseDevice(memory.device);
    if (!device || device->kind != DeviceKind::Simulated)
        return {};
    return fmt::format(
        "the card is simulated: bytes and bits are real, seconds are not; of its {}, {} are set "
        "aside for what a driver and its libraries take (an estimate)",
        formatBytes(device->bytes), formatBytes(cardAllowance(device->bytes)));
}

} // namespace

Status TorchSnapshots::keep()
{
    return guarded([&] {
        const WorkSpan span(WorkKind::Move, "snapshot");
        return m_snapshot.keep(m_state.store, m_state.readout);
    });
}

Status TorchSnapshots::restore()
{
    return guarded([&]() -> Status {
        const WorkSpan span(WorkKind::Move, "back to the snapshot");
        m_step.forget();
        m_state.store.noteUpdates(-1);
        m_snapshot.restore(m_state.store, m_state.readout);
        m_state.store.drainDisk();
        return {};
    });
}

TorchEngine::TorchEngine(const EngineSetup& setup, std::unique_ptr<Dataset> data, at::Device device,
    std::unique_ptr<DiskStorage> disk, const ValueSource& values)
    : m_state(setup, std::move(data), device, std::move(disk), values)
    , m_step(m_state, setup.goesOn)
    , m_snapshots(m_state, m_step)
    , m_readouts(m_state)
    , m_writer(m_state)
{
}

TorchEngine::~TorchEngine()
{
    CountedAllocator::instance().setBudget(std::nullopt);
    CountedAllocator::instance().emptyCache(); // what a trial kept for reuse is not the next engine's
    emptyDeviceCache(m_state.store.device());
}

void TorchEngine::keepStates(bool kept)
{
    m_state.store.keepDisk(kept);
    m_step.keepFiles(kept);
}

EngineFacts TorchEngine::facts() const
{
    EngineFacts facts{.device = deviceTitle(m_state.store.device()),
        .cardUuid = cardUuid(m_state.store.device()),
        .parameters = m_state.store.elements(),
        .tokensPerStep = m_state.config.tokensPerStep(),
        .data = m_state.data->whatWasRead(),
        .environment = engineEnvironment(m_state.store.device())};
    const TrainingConfig& training = m_state.config.training;
    if (m_state.config.data.hasRows()) // of many lengths: in the mean
        facts.tokensPerStep = training.batchSize * training.accumulation * facts.data.tokensPerSample();
    if (const std::string& problem = cudaProblem(); !problem.empty())
        facts.notices.push_back("CUDA is off: " + problem);
    if (const std::string notice = simulationNotice(m_state.config.memory); !notice.empty())
        facts.notices.push_back(notice);
    if (const DiskStorage* disk = m_state.store.disk()) {
        facts.notices.push_back(fmt::format(
            "states on disk: {} reserved in {}", formatBytes(disk->fileBytes()), disk->file().string()));
        if (!disk->notice().empty())
            facts.notices.push_back(disk->notice());
        std::int64_t newest = 0;
        for (std::size_t block = 0; block < m_state.store.blocks(); ++block)
            newest = std::max(newest, disk->stepOf(block));
        std::size_t done = 0;
        for (std::size_t block = 0; block < m_state.store.blocks(); ++block)
            done += disk->stepOf(block) == newest;
        if (m_step.goesOn() && done < m_state.store.blocks())
            facts.notices.push_back(fmt::format("the states on disk are between two updates: {} of {} blocks "
                                                "have update {}; it goes forward from there",
                done, m_state.store.blocks(), newest));
    }
    const auto runs = m_state.config.estimateInput().phaseRuns;
    for (const Precision format : allPrecisions) {
        std::vector<std::string_view> phases;
        for (const Phase phase : allPhases)
            if (runs[indexOf(phase)] && m_state.config.choices.resolve(phase).compute == format)
                phases.push_back(nameOf(phase));
        if (!phases.empty() && emulates(format, m_state.store.device()))
            facts.notices.push_back(emulationNotice(format, phases));
    }
    return facts;
}

Result<SegmentReport> TorchEngine::enter(Phase phase, const ResolvedPlan& plan)
{
    return guarded([&]() -> Result<SegmentReport> {
        m_state.beginReading();
        SegmentReport report;
        if (phase != Phase::Predict)
            m_state.readout.dropCandidate();
        // what the config asks for was told at the start
        if (plan.compute != m_state.config.choices.table.resolve(phase).compute
            && plan.compute != m_state.plan.compute && emulates(plan.compute, m_state.store.device()))
            report.notices.push_back(emulationNotice(plan.compute, {nameOf(phase)}));
        if (usesDisk(plan) && !m_state.store.disk()) {
            auto states = openStatesFile({m_state.config, m_state.statesFile, m_state.owner});
            if (!states)
                return fail(states.error());
            m_state.store.setDisk(std::move(*states));
        }
        const PlaceReport placed = m_state.store.place(placementOf(plan));
        m_state.store.drainDisk(); // from here on the states may be recorded as the checkpoint
        finishWork(m_state.store.device());
        if (placed.moves.tensors > 0) // what has left the device is free for others too
            emptyDeviceCache(m_state.store.device());
        m_state.plan = plan;
        report.casts = placed.casts.tensors;
        report.castBytes = placed.casts.bytes;
        report.castSeconds = placed.casts.seconds;
        report.castMismatches = placed.casts.mismatches;
        report.escapes = placed.casts.escapes;
        report.moves = placed.moves.tensors;
        report.moveBytes = placed.moves.bytes;
        report.moveSeconds = placed.moves.seconds;
        report.memory = m_state.reading();
        return report;
    });
}

Result<EvaluationReport> TorchEngine::evaluate(Precision compute)
{
    auto report = guarded([&]() -> Result<EvaluationReport> { return evaluateWeights(m_state, compute); });
    if (report)
        return report;
    // should this fail too, the next evaluation begins with it
    const auto back = guarded([&]() -> Status {
        m_state.store.place(placementOf(m_state.plan));
        return {};
    });
    static_cast<void>(back);
    return report;
}

Result<std::int64_t> TorchEngine::save(const std::filesystem::path& folder)
{
    return guarded([&] { return saveEngine(m_state, folder); });
}

Status TorchEngine::load(const std::filesystem::path& folder)
{
    return guarded([&] {
        m_step.forget();
        return loadEngine(m_state, folder);
    });
}

} // namespace mantissa
