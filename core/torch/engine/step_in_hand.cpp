// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/step_in_hand.h"

#include "core/base/seconds.h"
#include "core/torch/device/device_memory.h"
#include "core/torch/engine/chunked_loss.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/engine/profile.h"
#include "core/torch/engine/whole_model.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/work_span.h"

#include <fmt/format.h>

#include <chrono>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

std::filesystem::path besides(std::filesystem::path file, const char* ending) { return file += ending; }

bool walksByBlock(const ResolvedPlan& plan)
{
    return plan.execution == Execution::Layerwise || plan.activations == ActivationPolicy::Recompute;
}

} // namespace

StepInHand::~StepInHand()
{
    if (m_journal && !m_isKept)
        m_journal->remove();
}

void StepInHand::keepFiles(bool kept)
{
    m_isKept = kept;
    if (m_state.waiting)
        m_state.waiting->keep(kept);
}

void StepInHand::forget()
{
    m_state.updater.abandon();
    m_walk.reset();
    m_updated.reset();
}

bool StepInHand::isBetweenUpdates(std::int64_t step) const
{
    for (std::size_t block = 0; block < m_state.store.blocks(); ++block)
        if (m_state.store.disk()->stepOf(block) == step + 1)
            return true;
    return false;
}

StepCosts StepInHand::costsSoFar() const
{
    const OperationSeconds operations = operationSeconds();
    DiskTraffic traffic = m_state.store.disk() ? m_state.store.disk()->traffic() : DiskTraffic{};
    if (m_state.waiting) {
        const DiskTraffic more = m_state.waiting->traffic();
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

StepCosts StepInHand::since(const StepCosts& before) const
{
    const StepCosts now = costsSoFar();
    return {.matrixSeconds = now.matrixSeconds - before.matrixSeconds,
        .attentionSeconds = now.attentionSeconds - before.attentionSeconds,
        .updateSeconds = m_state.updater.updateSeconds(),
        .diskWaitSeconds = now.diskWaitSeconds - before.diskWaitSeconds,
        .diskBytesRead = now.diskBytesRead - before.diskBytesRead,
        .diskBytesWritten = now.diskBytesWritten - before.diskBytesWritten};
}

StepInHand::MicroBatches StepInHand::microBatches(std::int64_t step) const
{
    const std::int64_t count = m_state.config.training.accumulation;
    MicroBatches result;
    std::int64_t sum = 0;
    for (std::int64_t micro = 0; micro < count; ++micro) {
        const std::int64_t targets = m_state.data->targetsOf(step, micro);
        result.shares.push_back(static_cast<double>(targets));
        result.chunks += chunksOf(targets, m_state.lossChunk());
        sum += targets;
    }
    for (double& share : result.shares)
        share /= static_cast<double>(sum);
    return result;
}

void StepInHand::begin(const StepOrder& order)
{
    m_state.store.place(
        placementOf(m_state.plan)); // else an evaluation that failed has left some weights cast
    m_state.store.noteUpdates(order.step);
    const TrainingConfig& training = m_state.config.training;
    const bool byBlock = walksByBlock(m_state.plan);
    const MicroBatches micros = microBatches(order.step);
    const bool goesOn
        = std::exchange(m_goesOn, false) && restsOnDisk(m_state.plan) && isBetweenUpdates(order.step);
    UpdateOrder update{.step = order.step,
        .rate = order.learningRate,
        .lossScale = order.lossScale,
        .microBatches = training.accumulation,
        .projectionChunks = micros.chunks,
        .release = m_state.plan.releaseGradients,
        .byBlock = byBlock,
        .gradients = m_state.plan.gradients};
    m_numbers.begin(order.numbers, order.step);
    if (order.numbers != NumberLook::None)
        update.numbers = &m_numbers;
    openFiles(update, goesOn);
    JournalRecords records;
    if (goesOn)
        records = m_journal->read(order.step);
    else if (m_journal)
        m_journal->begin(order.step);
    m_state.updater.begin(update);
    const StepInputs inputs{.step = order.step,
        .shares = micros.shares,
        .compute = m_state.plan.compute,
        .gradients = m_state.plan.gradients,
        .lossScale = order.lossScale,
        .lossChunk = m_state.lossChunk(),
        .context = m_state.context(m_state.plan.compute, true),
        .dropout = {training.seed, order.step, m_state.config.model.dropout > 0},
        .journal = update.journal};
    if (!byBlock) {
        m_loss = wholeModelStep(m_state.model, m_state.store, *m_state.data, inputs, m_state.updater);
        return;
    }
    m_walk = std::make_unique<LayerwiseStep>(
        m_state.model, m_state.store, *m_state.data, inputs, m_state.updater);
    if (goesOn) {
        m_state.updater.goOn(records);
        m_walk->goOn(records);
    }
}

void StepInHand::openFiles(UpdateOrder& order, bool goesOn)
{
    if (restsOnDisk(m_state.plan)) {
        if (!m_journal)
            m_journal = std::make_unique<StepJournal>(
                besides(m_state.store.disk()->file(), ".journal"), m_state.owner);
        order.journal = m_journal.get();
    }
    if (!order.release || m_state.config.optimizer.maxGradNorm == 0
        || m_state.store.placement().moments != Tier::Disk)
        return;
    m_state.updater.begin(order);
    WaitingShape shape = m_state.updater.waitingShape();
    if (!m_state.waiting || m_state.waiting->shape() != shape) {
        m_state.waiting.reset();
        auto opened = WaitingGradients::open(
            besides(m_state.store.disk()->file(), ".gradients"), std::move(shape), goesOn, m_state.owner);
        TORCH_CHECK(opened.has_value(), opened.error().message);
        m_state.waiting = std::move(*opened);
        m_state.waiting->keep(m_isKept);
    }
    order.waiting = m_state.waiting.get();
}

Result<StepReport> StepInHand::run(const StepOrder& order)
{
    auto report = guarded([&]() -> Result<StepReport> {
        const auto start = Clock::now();
        m_state.beginInstants();
        if (!m_updated)
            TRY(update(order));
        StepReport done = tell(order);
        done.seconds = secondsSince(start);
        m_updated.reset();
        return done;
    });
    if (report)
        return report;
    if (isUntouched())
        forget();
    return report;
}

Status StepInHand::update(const StepOrder& order)
{
    const StepCosts before = costsSoFar();
    if (m_state.updater.isUntouched()) // else this step was left halfway and goes forward
        begin(order);
    if (m_walk)
        m_loss = m_walk->run();
    const UpdateReport updated = m_state.updater.finish();
    m_walk.reset();
    if (updated.torn)
        return fail(fmt::format("numbers of step {} were not finite when some of its weights were updated",
                        order.step),
            ExitCode::Diverged);
    m_state.store.noteUpdates(order.step + (updated.skipped ? 0 : 1));
    m_updated.emplace();
    StepReport& done = m_updated->report;
    done.loss = m_loss;
    done.costs = since(before);
    done.gradNorm = updated.gradNorm;
    done.skipped = updated.skipped;
    return {};
}

/// Can be called again after an exception: the update is not repeated.
StepReport StepInHand::tell(const StepOrder& order)
{
    StepReport& done = m_updated->report;
    if (m_journal) // the next step forgets this one's
        m_state.store.drainDisk();
    done.costs.moveWaitSeconds += m_state.store.takeMoveWaitSeconds();
    if (order.numbers != NumberLook::None && !done.skipped) {
        const WorkSpan span(WorkKind::Other, "numbers");
        done.numbers = m_numbers.take(m_state.store);
    }
    done.numbersSeconds = m_numbers.seconds();
    CountedAllocator::instance().mark("read-out");
    if (order.collectReadout && !done.skipped && m_state.store.placement().weights != Tier::Disk) {
        if (order.beginsWindow && !m_updated->isWindowBegun)
            m_state.readout.beginWindow();
        m_updated->isWindowBegun = true;
        m_state.readout.collect(m_state.store);
    }
    finishWork(m_state.store.device());
    done.memory = m_state.reading();
    done.instants = CountedAllocator::instance().instants();
    return done;
}

} // namespace mantissa
