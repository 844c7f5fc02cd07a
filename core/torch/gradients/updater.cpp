// SPDX-License-Identifier: Apache-2.0
#include "core/torch/gradients/updater.h"

#include "core/base/seconds.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/numbers/number_sampler.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <string>

namespace mantissa {

Updater::Updater(const Model& model, ParameterStore& store, const RunConfig& config)
    : m_model(model)
    , m_store(store)
    , m_config(config)
    , m_sums(model, store.format())
{
}

void Updater::begin(const UpdateOrder& order)
{
    abandon();
    m_updateSeconds = 0;
    m_order = order;
    // block by block, sums live as long as their block; over a whole graph they would fill Device for the
    // step
    m_sums.begin({.microBatches = order.microBatches,
        .projectionChunks = order.projectionChunks,
        .gradients = order.gradients,
        .sums = order.byBlock ? Tier::Device : waitingTier(),
        .slices = waitingTier()});
    const PurposeScope purpose(MemoryClass::Workspace);
    m_tornOnHost = at::zeros({1}, at::kLong);
    m_tornOnDevice = m_store.device().is_cpu() ? m_tornOnHost : m_tornOnHost.to(m_store.device());
    m_clip.begin(m_model.tensors().size());
    m_offload.begin(m_store.blocks(), order.step + 1, order.waiting);
    m_blocks.assign(m_store.blocks(), {});
    for (Parameter& parameter : m_store.parameters())
        if (parameter.spec.trains)
            m_blocks[parameter.spec.block].trained.push_back(&parameter);
    for (std::size_t weight = 0; weight < m_model.weightCount(); ++weight)
        if (m_sums.expects(weight))
            ++m_blocks[m_model.tensorOf(weight).block].missing;
}

void Updater::abandon()
{
    m_sums.clear();
    m_clip.clear();
    m_changed = 0;
    m_skipped = false;
    m_torn = false;
}

void Updater::goOn(const JournalRecords& records)
{
    const DiskStorage* disk = m_store.disk();
    for (std::size_t block = 0; block < m_blocks.size(); ++block) {
        BlockProgress& progress = m_blocks[block];
        const bool isCommitted = disk->stepOf(block) == m_order.step + 1;
        if (progress.trained.empty() || (!isCommitted && appliesAtOnce()))
            continue;
        const at::Tensor& norms = records.at(JournalKind::Norms, block);
        for (std::size_t i = 0; i < progress.trained.size(); ++i)
            m_clip.set(progress.trained[i]->spec.index, norms[static_cast<std::int64_t>(i)].clone());
        progress.isMeasured = true;
        m_offload.setWaiting(block);
        progress.joined = progress.trained.size();
        if (isCommitted) {
            progress.updated = progress.trained.size();
            m_changed += static_cast<std::int64_t>(progress.updated);
        }
    }
    if (const at::Tensor* tied = records.find(JournalKind::TiedGradient); tied && m_model.tied()) {
        m_sums.takeTied(*tied);
        --m_blocks[m_model.tensors()[*m_model.tied()].block].missing;
    }
}

WaitingShape Updater::waitingShape() const
{
    WaitingShape shape(m_store.blocks());
    for (std::size_t block = 0; block < m_blocks.size(); ++block)
        for (const Parameter* parameter : m_blocks[block].trained)
            shape[block].push_back({parameter->spec.sizes, m_sums.typeOf(parameter->spec.index)});
    return shape;
}

at::Tensor Updater::normsOf(std::size_t block) const
{
    std::vector<std::size_t> tensors;
    for (const Parameter* parameter : m_blocks[block].trained)
        tensors.push_back(parameter->spec.index);
    return m_clip.onHost(tensors);
}

bool Updater::hasTornOnHost() const { return m_tornOnHost.item<std::int64_t>() > 0; }

bool Updater::hasTorn() const
{
    return hasTornOnHost()
        || (!m_tornOnDevice.is_same(m_tornOnHost) && m_tornOnDevice.item<std::int64_t>() > 0);
}

const Optimizer& Updater::optimizerOf(const Parameter& parameter) const
{
    const auto found = optimizerFor({.kind = m_config.optimizer.kind,
        .device = m_store.deviceOf(parameter.at.moments),
        .master = m_store.master(),
        .moments = momentsFormatOf(parameter.spec, m_store.format().moments)});
    TORCH_CHECK(found.has_value(), found.error().message); // refused before the run began
    return **found;
}

void Updater::add(std::size_t weight, at::Tensor gradient, const at::Tensor& rows)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    if (m_sums.add(weight, std::move(gradient), rows))
        arrived(weight);
}

void Updater::addSlice(std::size_t weight, std::int64_t first, const at::Tensor& gradient, bool last)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    if (m_sums.addSlice(weight, first, gradient, last))
        arrived(weight);
}

void Updater::arrived(std::size_t weight)
{
    const std::size_t block = m_model.tensorOf(weight).block;
    if (--m_blocks[block].missing == 0 && !m_order.byBlock)
        blockDone(block);
}

void Updater::resetBlock(std::size_t block)
{
    for (const std::size_t weight : m_model.blocks[block]->weightIndices())
        if (m_sums.reset(weight))
            ++m_blocks[m_model.tensorOf(weight).block].missing;
}

void Updater::measure(std::size_t block)
{
    const WorkSpan span(WorkKind::Update, "norms", block);
    BlockProgress& progress = m_blocks[block];
    for (; progress.joined < progress.trained.size(); ++progress.joined) {
        const Parameter& parameter = *progress.trained[progress.joined];
        // clipping sees what clip_grad_norm_ would: a table's dense gradient
        m_sums.join(
            parameter.spec.index, m_config.optimizer.maxGradNorm == 0 && optimizerOf(parameter).takesRows());
    }
    m_reduce.reduce(m_sums, progress.trained);
    const PurposeScope purpose(MemoryClass::Workspace);
    for (const Parameter* parameter : progress.trained)
        m_clip.set(parameter->spec.index, gradientNorm(m_sums.of(*parameter).gradient));
    progress.isMeasured = true;
}

void Updater::blockDone(std::size_t block)
{
    BlockProgress& progress = m_blocks[block];
    if (m_skipped || progress.trained.empty())
        return;
    const c10::NoGradGuard noGrad;
    CountedAllocator::instance().mark("block " + std::to_string(block));
    if (!progress.isMeasured)
        measure(block);
    const PurposeScope purpose(MemoryClass::Workspace);
    at::Tensor norms;
    if (m_order.journal || appliesAtOnce())
        norms = normsOf(block);
    if (m_order.journal)
        m_order.journal->add(JournalKind::Norms, block, 0, norms);
    if (!appliesAtOnce()) {
        if (m_order.release)
            m_offload.put(block, m_sums, progress.trained);
        return;
    }
    if (!norms.isfinite().all().item<bool>()) {
        m_torn = m_changed > 0;
        m_skipped = true;
        m_sums.drop();
        return;
    }
    if (m_order.journal)
        m_order.journal->sync();
    apply(block, 1.0);
}

void Updater::apply(std::size_t block, double clip)
{
    const WorkSpan span(WorkKind::Update, "update", block);
    const auto start = std::chrono::steady_clock::now();
    {
        const GradientOffload::Back back(m_offload, block, m_sums, m_blocks[block].trained);
        if (block > 0 && m_offload.waitsOnDisk(block))
            m_offload.prefetch(block - 1);
        update(block, clip);
    }
    for (const Parameter* parameter : m_blocks[block].trained)
        m_sums.of(*parameter).gradient.reset();
    m_updateSeconds += secondsSince(start);
}

void Updater::update(std::size_t block, double clip)
{
    BlockHold hold(m_store, block, Parts::All);
    const UpdateScalars scalars{.rate = m_order.rate,
        .t = m_order.step + 1,
        .gradientScale = clip / m_order.lossScale,
        .lossScale = m_order.lossScale,
        .seed = m_config.training.seed};
    BlockProgress& progress = m_blocks[block];
    try {
        while (progress.updated < progress.trained.size() && !m_torn)
            updateOne(block, scalars);
    } catch (...) {
        const Placement& at = m_store.placement();
        if (at.weights == Tier::Disk && at.moments == Tier::Disk) { // nothing of the block was committed
            m_changed -= static_cast<std::int64_t>(progress.updated);
            progress.updated = 0;
        } else if (m_store.disk()) { // what is on Disk keeps step with what is in memory
            hold.setChanged(std::max<std::int64_t>(0, m_store.disk()->stepOf(block)));
        }
        throw;
    }
    m_skipped = m_torn;
    if (!m_torn)
        hold.setChanged(m_order.step + 1);
}

void Updater::updateOne(std::size_t block, const UpdateScalars& scalars)
{
    BlockProgress& progress = m_blocks[block];
    Parameter& parameter = *progress.trained[progress.updated];
    const GradientSum& sum = m_sums.of(parameter);
    const Optimizer& optimizer = optimizerOf(parameter);
    if (m_order.numbers)
        m_order.numbers->before(m_store, parameter);
    PreparedUpdate prepared
        = optimizer.prepare(parameter, sum.gradient, sum.rows, m_store.format(), m_config.optimizer, scalars);
    const bool isOnHost = parameter.moments.m.is_cpu();
    optimizer.apply(prepared, isOnHost ? m_tornOnHost : m_tornOnDevice);
    ++progress.updated; // from here on nothing may do it again
    ++m_changed;
    m_torn = isOnHost && hasTornOnHost();
    prepared = {};
    if (m_order.numbers)
        m_order.numbers->after(m_store, parameter, sum.gradient, sum.rows, m_config.optimizer, scalars);
}

UpdateReport Updater::finish()
{
    UpdateReport report;
    CountedAllocator::instance().mark("update");
    if (m_skipped || m_torn) {
        report.torn = m_torn;
        report.skipped = m_skipped && !m_torn;
        report.gradNorm = NAN;
        if (!m_torn)
            abandon();
        return report;
    }
    const WorkSpan span(WorkKind::Update, "update");
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    report.gradNorm = m_clip.total() / m_order.lossScale;
    if (!appliesAtOnce()) {
        report.skipped = !std::isfinite(report.gradNorm);
        const double clip = GradientClip::factor(report.gradNorm, m_config.optimizer.maxGradNorm);
        m_offload.drain();
        if (m_order.journal)
            m_order.journal->sync();
        for (std::size_t block = m_store.blocks(); block-- > 0 && !report.skipped && !m_torn;)
            if (m_blocks[block].updated < m_blocks[block].trained.size()) {
                m_store.prefetch(block, Parts::All);
                if (block > 0)
                    m_store.prefetch(block - 1, Parts::All);
                apply(block, clip);
            }
    }
    m_torn = m_torn || (!report.skipped && hasTorn());
    report.torn = m_torn;
    if (!m_torn)
        abandon();
    return report;
}

} // namespace mantissa
