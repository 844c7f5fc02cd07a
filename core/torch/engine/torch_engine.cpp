// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/torch_engine.h"

#include "core/base/seconds.h"
#include "core/base/units.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/engine/chunked_loss.h"
#include "core/torch/engine/device_facts.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/jump.h"
#include "core/torch/engine/layerwise.h"
#include "core/torch/engine/profile.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/torch_backend.h"
#include "core/torch/weights/unit_layout.h"

#include <ATen/ATen.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cmath>
#include <thread>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

void finishWork(at::Device device)
{
    if (!device.is_cpu())
        at::accelerator::synchronizeDevice(device.index());
}

void useThreads(std::int64_t asked)
{
    const auto all = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(static_cast<int>(asked > 0 ? std::min(asked, all) : all));
}

/// The parameters of each block, side by side as the model lists them.
std::vector<std::span<const ParameterSpec>> specsByBlock(const Model& model)
{
    std::vector<std::span<const ParameterSpec>> blocks;
    for (std::size_t first = 0; first < model.parameters.size();) {
        std::size_t count = 1;
        while (first + count < model.parameters.size()
            && model.parameters[first + count].block == model.parameters[first].block)
            ++count;
        blocks.push_back(std::span(model.parameters).subspan(first, count));
        first += count;
    }
    return blocks;
}

std::filesystem::path besides(std::filesystem::path file, const char* ending) { return file += ending; }

Batch firstRows(Batch batch, std::int64_t rows)
{
    const std::int64_t all = batch.inputs.size(0);
    if (rows <= 0 || rows >= all)
        return batch;
    const std::int64_t targets = batch.targets.numel() / all;
    return {batch.inputs.narrow(0, 0, rows), batch.targets.narrow(0, 0, rows * targets)};
}

std::string emulationNotice(Precision compute, const std::vector<std::string_view>& phases)
{
    const char* format = compute == Precision::Fp16 ? "FP16" : "BF16";
    return fmt::format("{} in {} is emulated on this device: numbers are {}, products go through FP32; it "
                       "saves memory, not time",
        format, fmt::join(phases, ", "), format);
}

bool walksByBlock(const ResolvedPlan& plan)
{
    return plan.execution == Execution::Layerwise || plan.activations == ActivationPolicy::Recompute;
}

} // namespace

ResolvedPlan firstPlan(const RunConfig& config)
{
    const bool isFixed = config.phases.schedule == PhaseSchedule::Fixed;
    const Phase phase = isFixed         ? config.phases.segments.front().phase
        : config.phases.warmupSteps > 0 ? Phase::Warmup
                                        : Phase::Full;
    return config.choices.resolve(phase);
}

/// The plan under which the engine begins: an earlier process's states are where they rest wholly on Disk.
ResolvedPlan startingPlan(const EngineSetup& setup)
{
    for (const Phase phase : allPhases)
        if (const ResolvedPlan plan = setup.config.choices.resolve(phase); setup.goesOn && restsOnDisk(plan))
            return plan;
    return firstPlan(setup.config);
}

bool usesDisk(const ResolvedPlan& plan)
{
    return plan.weights == Tier::Disk || plan.remainder == Tier::Disk || plan.moments == Tier::Disk;
}

Result<std::unique_ptr<DiskStorage>> openStates(const EngineSetup& setup)
{
    for (const Phase phase : allPhases)
        if (usesDisk(setup.config.choices.resolve(phase)))
            return openStatesFile(setup);
    return std::unique_ptr<DiskStorage>();
}

Result<std::unique_ptr<DiskStorage>> openStatesFile(const EngineSetup& setup)
{
    const Model model = makeModel(setup.config.model);
    std::vector<UnitLayout> units;
    for (const auto& specs : specsByBlock(model))
        units.push_back(layoutOf(specs, setup.config.choices.moments).unit);
    auto file = setup.goesOn ? UnitFile::reopen(setup.statesFile, std::move(units))
                             : UnitFile::make(setup.statesFile, std::move(units));
    if (!file)
        return fail(file.error());
    return std::make_unique<DiskStorage>(std::move(*file));
}

TorchEngine::TorchEngine(const EngineSetup& setup, std::unique_ptr<Dataset> data, at::Device device,
    std::unique_ptr<DiskStorage> disk)
    : m_config(setup.config)
    , m_statesFile(setup.statesFile)
    , m_data(std::move(data))
    , m_model(makeModel(m_config.model))
    , m_store(device, m_config.choices.master, m_config.choices.moments, placementOf(startingPlan(setup)),
          std::move(disk))
    , m_updater(m_model, m_store, m_config)
    , m_meter(device, [this] { return knownBytes(); })
    , m_plan(startingPlan(setup))
    , m_profiles(setup.profiles)
    , m_goesOn(setup.goesOn)
{
    useThreads(m_config.training.threads);
    CountedAllocator::instance().setBudget(device.is_cpu() ? m_config.memory.budgetBytes : std::nullopt);
    for (const auto& specs : specsByBlock(m_model))
        m_store.add(specs, m_config.training.seed);
}

TorchEngine::~TorchEngine()
{
    CountedAllocator::instance().setBudget(std::nullopt);
    CountedAllocator::instance().emptyCache(); // what a trial kept for reuse is not the next engine's
    std::error_code ignored;
    if (m_journal && !m_isKept)
        std::filesystem::remove(m_journal->file(), ignored);
}

void TorchEngine::keepStates(bool kept)
{
    m_isKept = kept;
    m_store.keepDisk(kept);
    if (m_waiting)
        m_waiting->keep(kept);
}

/// Whether an earlier process was killed while it wrote the result of this step.
bool TorchEngine::isBetweenUpdates(std::int64_t step) const
{
    for (std::size_t block = 0; block < m_store.blocks(); ++block)
        if (m_store.disk()->stepOf(block) == step + 1)
            return true;
    return false;
}

MemoryComposition TorchEngine::knownBytes() const
{
    MemoryComposition known;
    const auto onDevice = [&](const at::Tensor& tensor, MemoryClass memoryClass) {
        if (tensor.defined() && tensor.device() == m_store.device())
            known.at(memoryClass) += static_cast<std::int64_t>(tensor.nbytes());
    };
    for (const Parameter& parameter : m_store.parameters()) {
        onDevice(parameter.value, MemoryClass::Weights);
        onDevice(parameter.low, MemoryClass::Remainder);
        for (const at::Tensor* part : {&parameter.moments.m, &parameter.moments.v, &parameter.moments.mScale,
                 &parameter.moments.vScale})
            onDevice(*part, MemoryClass::Moments);
    }
    known.at(MemoryClass::Gradients) = m_updater.heldBytes();
    return known;
}

MemoryReading TorchEngine::reading() const
{
    MemoryReading reading = m_meter.end();
    if (const DiskStorage* disk = m_store.disk())
        reading.diskPeak = disk->composition();
    if (m_waiting)
        reading.diskPeak.at(MemoryClass::Gradients) = m_waiting->fileBytes();
    return reading;
}

ForwardContext TorchEngine::context(Precision compute, bool training) const
{
    return {training, emulates(compute, m_store.device())};
}

EngineFacts TorchEngine::facts() const
{
    EngineFacts facts{.device = deviceTitle(m_store.device()),
        .parameters = m_store.elements(),
        .tokensPerStep = m_config.tokensPerStep(),
        .environmentJson = engineEnvironment(m_store.device())};
    if (const std::string& problem = cudaProblem(); !problem.empty())
        facts.notices.push_back("CUDA is off: " + problem);
    if (const DiskStorage* disk = m_store.disk()) {
        facts.notices.push_back(fmt::format(
            "states on disk: {} reserved in {}", formatBytes(disk->fileBytes()), disk->file().string()));
        if (!disk->notice().empty())
            facts.notices.push_back(disk->notice());
        std::int64_t newest = 0;
        for (std::size_t block = 0; block < m_store.blocks(); ++block)
            newest = std::max(newest, disk->stepOf(block));
        std::size_t done = 0;
        for (std::size_t block = 0; block < m_store.blocks(); ++block)
            done += disk->stepOf(block) == newest;
        if (m_goesOn && done < m_store.blocks())
            facts.notices.push_back(fmt::format("the states on disk are between two updates: {} of {} blocks "
                                                "have update {}; it goes forward from there",
                done, m_store.blocks(), newest));
    }
    const auto runs = m_config.estimateInput().phaseRuns;
    for (const Precision format : allPrecisions) {
        std::vector<std::string_view> phases;
        for (const Phase phase : allPhases)
            if (runs[indexOf(phase)] && m_config.choices.resolve(phase).compute == format)
                phases.push_back(nameOf(phase));
        if (!phases.empty() && emulates(format, m_store.device()))
            facts.notices.push_back(emulationNotice(format, phases));
    }
    return facts;
}

Result<SegmentReport> TorchEngine::enter(Phase phase, const ResolvedPlan& plan)
{
    return guarded([&]() -> Result<SegmentReport> {
        m_meter.begin();
        SegmentReport report;
        if (phase != Phase::Predict)
            m_readout.dropCandidate();
        // what the config asks for was told at the start
        if (plan.compute != m_config.choices.table.resolve(phase).compute && plan.compute != m_plan.compute
            && emulates(plan.compute, m_store.device()))
            report.notices.push_back(emulationNotice(plan.compute, {nameOf(phase)}));
        if (usesDisk(plan) && !m_store.disk()) {
            auto states = openStatesFile({m_config, m_statesFile});
            if (!states)
                return fail(states.error());
            m_store.setDisk(std::move(*states));
        }
        const PlaceReport placed = m_store.place(placementOf(plan));
        m_store.drainDisk(); // from here on the states may be recorded as the checkpoint
        finishWork(m_store.device());
        m_plan = plan;
        report.casts = placed.casts.tensors;
        report.castBytes = placed.casts.bytes;
        report.castSeconds = placed.casts.seconds;
        report.castMismatches = placed.casts.mismatches;
        report.escapes = placed.casts.escapes;
        report.moves = placed.moves.tensors;
        report.moveBytes = placed.moves.bytes;
        report.moveSeconds = placed.moves.seconds;
        report.memory = reading();
        return report;
    });
}

StepCosts TorchEngine::costsSoFar() const
{
    const OperationSeconds operations = operationSeconds();
    DiskTraffic traffic = m_store.disk() ? m_store.disk()->traffic() : DiskTraffic{};
    if (m_waiting) {
        const DiskTraffic more = m_waiting->traffic();
        traffic.bytesRead += more.bytesRead;
        traffic.bytesWritten += more.bytesWritten;
        traffic.waitSeconds += more.waitSeconds;
    }
    return {.matrixSeconds = operations.matrices,
        .attentionSeconds = operations.attention,
        .diskWaitSeconds = traffic.waitSeconds,
        .diskBytesRead = traffic.bytesRead,
        .diskBytesWritten = traffic.bytesWritten};
}

StepCosts TorchEngine::since(const StepCosts& before) const
{
    const StepCosts now = costsSoFar();
    return {.matrixSeconds = now.matrixSeconds - before.matrixSeconds,
        .attentionSeconds = now.attentionSeconds - before.attentionSeconds,
        .updateSeconds = m_updater.updateSeconds(),
        .diskWaitSeconds = now.diskWaitSeconds - before.diskWaitSeconds,
        .diskBytesRead = now.diskBytesRead - before.diskBytesRead,
        .diskBytesWritten = now.diskBytesWritten - before.diskBytesWritten};
}

void TorchEngine::beginInstants() const
{
    CountedAllocator::instance().noteInstants(m_profiles);
    CountedAllocator::instance().mark("begin");
}

void TorchEngine::beginStep(const StepOrder& order)
{
    const TrainingConfig& training = m_config.training;
    const bool byBlock = walksByBlock(m_plan);
    const std::int64_t rows = training.batchSize * m_config.model.context;
    const bool goesOn = std::exchange(m_goesOn, false) && restsOnDisk(m_plan) && isBetweenUpdates(order.step);
    UpdateOrder update{.step = order.step,
        .rate = order.learningRate,
        .lossScale = order.lossScale,
        .microBatches = training.accumulation,
        .projectionChunks = chunksOf(rows, lossChunk()),
        .release = m_plan.releaseGradients,
        .byBlock = byBlock,
        .gradients = m_plan.gradients};
    m_numbers.begin(order.numbers, order.step);
    if (order.numbers != NumberLook::None)
        update.numbers = &m_numbers;
    openStepFiles(update, goesOn);
    JournalRecords records;
    if (goesOn)
        records = m_journal->read(order.step);
    else if (m_journal)
        m_journal->begin(order.step);
    m_updater.begin(update);
    const StepInputs inputs{.step = order.step,
        .microBatches = training.accumulation,
        .compute = m_plan.compute,
        .gradients = m_plan.gradients,
        .lossScale = order.lossScale,
        .lossChunk = lossChunk(),
        .context = context(m_plan.compute, true),
        .dropout = {training.seed, order.step, m_config.model.dropout > 0},
        .journal = update.journal};
    if (!byBlock) {
        m_loss = wholeModelStep(m_model, m_store, *m_data, inputs, m_updater);
        return;
    }
    m_walk = std::make_unique<LayerwiseStep>(m_model, m_store, *m_data, inputs, m_updater);
    if (goesOn) {
        m_updater.goOn(records);
        m_walk->goOn(records);
    }
}

/// The files beside the states that this step needs: the journal, and gradients that wait where the moments
/// rest.
void TorchEngine::openStepFiles(UpdateOrder& order, bool goesOn)
{
    if (restsOnDisk(m_plan)) {
        if (!m_journal)
            m_journal = std::make_unique<StepJournal>(besides(m_store.disk()->file(), ".journal"));
        order.journal = m_journal.get();
    }
    if (!order.release || m_config.optimizer.maxGradNorm == 0 || m_store.placement().moments != Tier::Disk)
        return;
    m_updater.begin(order);
    WaitingShape shape = m_updater.waitingShape();
    if (!m_waiting || m_waiting->shape() != shape) {
        m_waiting.reset();
        auto opened
            = WaitingGradients::open(besides(m_store.disk()->file(), ".gradients"), std::move(shape), goesOn);
        TORCH_CHECK(opened.has_value(), opened.error().message);
        m_waiting = std::move(*opened);
        m_waiting->keep(m_isKept);
    }
    order.waiting = m_waiting.get();
}

Result<StepReport> TorchEngine::step(const StepOrder& order)
{
    auto report = guarded([&]() -> Result<StepReport> {
        const auto start = Clock::now();
        m_meter.begin();
        beginInstants();
        StepReport done;
        const StepCosts before = costsSoFar();
        if (m_updater.isUntouched()) // else this step was left halfway and goes forward
            beginStep(order);
        if (m_walk)
            m_loss = m_walk->run();
        const UpdateReport updated = m_updater.finish();
        m_walk.reset();
        if (updated.torn)
            return fail(
                fmt::format(
                    "numbers of step {} were not finite when some of its weights were updated", order.step),
                ExitCode::Diverged);
        if (m_journal) // the next step forgets this one's
            m_store.drainDisk();
        done.loss = m_loss;
        done.costs = since(before);
        done.costs.moveWaitSeconds = m_store.takeMoveWaitSeconds();
        done.gradNorm = updated.gradNorm;
        done.skipped = updated.skipped;
        if (order.numbers != NumberLook::None && !updated.skipped)
            done.numbers = m_numbers.take(m_store);
        done.numbersSeconds = m_numbers.seconds();
        CountedAllocator::instance().mark("read-out");
        if (order.collectReadout && !done.skipped && m_store.placement().weights != Tier::Disk) {
            if (order.beginsWindow)
                m_readout.beginWindow();
            m_readout.collect(m_store);
        }
        finishWork(m_store.device());
        done.seconds = secondsSince(start);
        done.memory = reading();
        done.instants = CountedAllocator::instance().instants();
        return done;
    });
    if (report)
        return report;
    m_store.letGo();
    if (m_updater.isUntouched())
        forgetStep();
    return report;
}

void TorchEngine::forgetStep()
{
    m_updater.abandon();
    m_walk.reset();
}

std::int64_t TorchEngine::snapshotBytes() const { return Snapshot::bytesOf(m_config, m_store); }

Status TorchEngine::keepSnapshot()
{
    return guarded([&] { return m_snapshot.keep(m_store, m_readout); });
}

Status TorchEngine::restoreSnapshot()
{
    return guarded([&]() -> Status {
        forgetStep();
        m_snapshot.restore(m_store, m_readout);
        m_store.drainDisk();
        return {};
    });
}

Result<ProbeReport> TorchEngine::probe(const ProbeOrder& order)
{
    return guarded([&]() -> Result<ProbeReport> {
        const auto start = Clock::now();
        m_meter.begin();
        beginInstants();
        ProbeReport report;
        const Batch batch = firstRows(batchOnDevice(*m_data, order.step, 0, m_store.device()), order.rows);
        const std::int64_t chunk = lossChunk();
        StoreFeed feed(m_model, m_store, m_plan.compute);
        report.loss
            = forwardLoss(m_model, feed, batch, chunk, context(m_plan.compute, false), m_store.device());
        for (const double lead : order.leads) {
            ReadoutFeed readout(m_model, m_store, m_plan.compute, m_readout, lead, /*keeps*/ true);
            report.readoutLosses.push_back(m_readout.count() > 0 ? forwardLoss(m_model, readout, batch, chunk,
                                               context(m_plan.compute, false), m_store.device())
                                                                 : NAN);
        }
        report.seconds = secondsSince(start);
        report.memory = reading();
        report.instants = CountedAllocator::instance().instants();
        return report;
    });
}

void TorchEngine::evaluateFeed(WeightFeed& feed, Precision compute, EvaluationReport& report)
{
    std::int64_t hits = 0;
    std::int64_t rows = 0;
    double sum = 0;
    for (std::int64_t i = 0; i < m_data->evaluationBatches(); ++i) {
        Batch batch;
        {
            const PurposeScope purpose(MemoryClass::Data);
            batch = m_data->evaluationBatch(i);
        }
        const double loss = forwardLoss(m_model, feed, batch, lossChunk(), context(compute, false),
            m_store.device(), m_data->hasClasses() ? &hits : nullptr);
        report.batchLosses.push_back(loss);
        sum += loss * static_cast<double>(batch.targets.numel());
        rows += batch.targets.numel();
    }
    report.loss = sum / static_cast<double>(rows);
    report.accuracy = m_data->hasClasses() ? static_cast<double>(hits) / static_cast<double>(rows) : NAN;
}

Result<EvaluationReport> TorchEngine::evaluate(Precision compute)
{
    return guarded([&]() -> Result<EvaluationReport> {
        const auto start = Clock::now();
        m_meter.begin();
        const Placement before = m_store.placement();
        if (!m_store.streams()) {
            Placement cast = before;
            cast.form = compute;
            m_store.place(cast);
        }
        EvaluationReport report;
        StoreFeed feed(m_model, m_store, compute);
        evaluateFeed(feed, compute, report);
        m_store.place(before);
        report.seconds = secondsSince(start);
        report.memory = reading();
        return report;
    });
}

Result<EvaluationReport> TorchEngine::evaluateReadout(double lead, Precision compute)
{
    return guarded([&]() -> Result<EvaluationReport> {
        const auto start = Clock::now();
        m_meter.begin();
        TORCH_CHECK(m_readout.count() > 0, "no weights were collected for a read-out");
        EvaluationReport report;
        ReadoutFeed feed(m_model, m_store, compute, m_readout, lead, /*keeps*/ false);
        evaluateFeed(feed, compute, report);
        report.seconds = secondsSince(start);
        report.memory = reading();
        return report;
    });
}

double TorchEngine::readoutCosine() const { return m_readout.cosine(); }

Result<JumpReport> TorchEngine::jump(const JumpOrder& order)
{
    return guarded([&]() -> Result<JumpReport> {
        return JumpReport{moveWeights(m_store, m_readout, order, m_config.training.seed)};
    });
}

std::vector<NamedTensor> TorchEngine::weightTensors()
{
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : m_store.parameters())
        tensors.push_back({parameter.spec.name, parameter.spec.sizes, [this, &parameter] {
                               m_store.acquire(parameter.spec.block, Parts::Exact);
                               const at::Tensor value = m_store.exactValue(parameter);
                               m_store.release(parameter.spec.block);
                               return value;
                           }});
    return tensors;
}

std::vector<NamedTensor> TorchEngine::momentTensors()
{
    std::vector<NamedTensor> tensors;
    for (Parameter& parameter : m_store.parameters()) {
        const std::size_t block = parameter.spec.block;
        m_store.acquire(block, Parts::Moments);
        for (const auto& [ending, tensor] : parameter.moments.parts())
            tensors.push_back({parameter.spec.name + ending, tensor->sizes().vec(),
                [this, block, tensor = tensor] {
                    m_store.acquire(block, Parts::Moments);
                    const at::Tensor value = m_store.disk() ? tensor->clone() : *tensor;
                    m_store.release(block);
                    return value;
                },
                tensor->scalar_type()});
        m_store.release(block);
    }
    return tensors;
}

Result<std::int64_t> TorchEngine::save(const std::filesystem::path& folder)
{
    return guarded([&]() -> Result<std::int64_t> {
        const auto weights = saveTensors(folder / "model.safetensors", weightTensors(), {{"format", "pt"}});
        if (!weights)
            return weights;
        const auto moments = saveTensors(folder / "moments.safetensors", momentTensors());
        if (!moments)
            return moments;
        if (m_readout.count() == 0)
            return *weights + *moments;
        const auto readout = m_readout.save(folder / "readout.safetensors", m_store);
        if (!readout)
            return readout;
        return *weights + *moments + *readout;
    });
}

Status TorchEngine::load(const std::filesystem::path& folder)
{
    return guarded([&]() -> Status {
        forgetStep();
        auto& parameters = m_store.parameters();
        auto status = loadTensors(
            folder / "model.safetensors", weightTensors(), [&](std::size_t i, const at::Tensor& value) {
                m_store.acquire(parameters[i].spec.block, Parts::All);
                m_store.assign(parameters[i], value);
                m_store.release(parameters[i].spec.block, true, 0);
            });
        if (!status)
            return status;
        std::vector<std::pair<std::size_t, at::Tensor*>> targets;
        for (Parameter& parameter : parameters)
            for (const auto& part : parameter.moments.parts())
                targets.emplace_back(parameter.spec.block, part.second);
        status = loadTensors(
            folder / "moments.safetensors", momentTensors(), [&](std::size_t i, const at::Tensor& value) {
                m_store.acquire(targets[i].first, Parts::All);
                targets[i].second->copy_(value);
                m_store.release(targets[i].first, true, 0);
            });
        if (!status)
            return status;
        m_store.drainDisk();
        m_readout.reset();
        std::error_code error;
        const auto readout = folder / "readout.safetensors";
        return std::filesystem::exists(readout, error) ? m_readout.load(readout, m_store) : Status{};
    });
}

} // namespace mantissa
