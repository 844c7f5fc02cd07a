// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/updater.h"

#include "core/base/seconds.h"
#include "core/torch/engine/number_sampler.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace mantissa {

namespace {

void markAsGradient(const at::Tensor& gradient)
{
    if (gradient.is_cpu())
        CountedAllocator::instance().reclassify(gradient.storage().data(), MemoryClass::Gradients);
}

bool isOnHost(const at::Tensor& tensor)
{
    return tensor.is_cpu() && CountedAllocator::instance().tierOf(tensor.storage().data()) == Tier::Host;
}

} // namespace

Updater::Updater(const Model& model, ParameterStore& store, const RunConfig& config)
    : m_model(model)
    , m_store(store)
    , m_config(config)
{
}

void Updater::begin(const UpdateOrder& order)
{
    abandon();
    m_updateSeconds = 0;
    m_order = order;
    m_sums.assign(m_model.weightCount(), {});
    m_norms.assign(m_model.parameters.size(), {});
    m_blocks.assign(m_store.blocks(), {});
    for (std::size_t weight = 0; weight < m_sums.size(); ++weight) {
        const bool isProjection = m_model.head && weight == m_model.head->projection();
        m_sums[weight].expected = order.microBatches * (isProjection ? order.projectionChunks : 1);
        m_sums[weight].missing = m_sums[weight].expected;
        ++m_blocks[m_model.parameters[m_model.parameterOf(weight)].block].missing;
    }
}

void Updater::abandon()
{
    m_sums.clear();
    m_norms.clear();
    m_changed = 0;
    m_skipped = false;
    m_torn = false;
}

void Updater::goOn(const JournalRecords& records)
{
    const DiskStorage* disk = m_store.disk();
    for (std::size_t block = 0; block < m_blocks.size(); ++block) {
        const bool isCommitted = disk->stepOf(block) == m_order.step + 1;
        if (!isCommitted && appliesAtOnce())
            continue;
        BlockProgress& progress = m_blocks[block];
        const auto parameters = m_store.block(block);
        const at::Tensor& norms = records.at(JournalKind::Norms, block);
        for (std::size_t i = 0; i < parameters.size(); ++i)
            m_norms[parameters[i].spec.index] = norms[static_cast<std::int64_t>(i)].clone();
        progress.isMeasured = progress.isParked = true;
        progress.joined = parameters.size();
        if (isCommitted) {
            progress.updated = parameters.size();
            m_changed += static_cast<std::int64_t>(parameters.size());
        }
    }
    if (const at::Tensor* tied = records.find(JournalKind::TiedGradient); tied && m_model.tied) {
        m_sums.back().gradient = *tied;
        m_sums.back().missing = 0;
        --m_blocks[m_model.parameters[*m_model.tied].block].missing;
    }
}

at::ScalarType Updater::gradientType(std::size_t parameter) const
{
    const Sum& sum = m_model.tied == parameter ? m_sums.back() : m_sums[parameter];
    return sum.expected == 1 ? scalarTypeOf(m_order.gradients) : at::kFloat;
}

WaitingShape Updater::waitingShape() const
{
    WaitingShape shape(m_store.blocks());
    for (const Parameter& parameter : m_store.parameters())
        shape[parameter.spec.block].push_back({parameter.spec.sizes, gradientType(parameter.spec.index)});
    return shape;
}

void Updater::writeNorms(std::size_t block) const
{
    std::vector<at::Tensor> norms;
    for (const Parameter& parameter : m_store.block(block))
        norms.push_back(m_norms[parameter.spec.index]);
    m_order.journal->add(JournalKind::Norms, block, 0, at::stack(norms));
}

Updater::Sum& Updater::sumOf(const Parameter& parameter)
{
    return m_sums[static_cast<std::size_t>(&parameter - m_store.parameters().data())];
}

void Updater::add(std::size_t weight, at::Tensor gradient)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    Sum& sum = m_sums[weight];
    // block by block, sums live as long as their block; over a whole graph they would fill Device for the
    // whole step
    const Tier tier = m_order.byBlock ? Tier::Device : waitingTier();
    if (sum.expected == 1) {
        markAsGradient(gradient);
        sum.gradient = std::move(gradient);
    } else if (!sum.gradient.defined()) {
        const PurposeScope purpose(tier, MemoryClass::Gradients);
        sum.gradient = gradient.to(m_store.deviceOf(tier), at::kFloat, /*non_blocking*/ false, /*copy*/ true);
    } else {
        sum.gradient.add_(gradient.to(sum.gradient.device()));
    }
    arrived(weight);
}

void Updater::addRows(std::size_t weight, const at::Tensor& rows, at::Tensor gradient)
{
    m_sums[weight].rows = rows;
    add(weight, std::move(gradient));
}

void Updater::addSlice(std::size_t weight, std::int64_t first, const at::Tensor& gradient, bool last)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    Sum& sum = m_sums[weight];
    if (!sum.gradient.defined()) {
        const PurposeScope purpose(waitingTier(), MemoryClass::Gradients);
        sum.gradient = at::empty(m_model.parameters[m_model.parameterOf(weight)].sizes,
            at::TensorOptions()
                .dtype(sum.expected == 1 ? gradient.scalar_type() : at::kFloat)
                .device(m_store.deviceOf(waitingTier())));
    }
    at::Tensor rows = sum.gradient.narrow(0, first, gradient.size(0));
    if (sum.missing == sum.expected)
        rows.copy_(gradient);
    else
        rows.add_(gradient.to(rows.device()));
    if (last)
        arrived(weight);
}

void Updater::arrived(std::size_t weight)
{
    if (--m_sums[weight].missing > 0)
        return;
    const std::size_t block = m_model.parameters[m_model.parameterOf(weight)].block;
    if (--m_blocks[block].missing == 0 && !m_order.byBlock)
        blockDone(block);
}

void Updater::resetBlock(std::size_t block)
{
    for (const std::size_t weight : m_model.blocks[block]->weightIndices()) {
        Sum& sum = m_sums[weight];
        if (sum.missing == 0)
            ++m_blocks[m_model.parameters[m_model.parameterOf(weight)].block].missing;
        sum = {.missing = sum.expected, .expected = sum.expected};
    }
}

/// Both gradients of a tied weight in one, and rows made dense where the norm must see them as
/// clip_grad_norm_ would.
void Updater::join(std::size_t parameter)
{
    Sum& own = m_sums[parameter];
    if (m_model.tied == parameter) {
        Sum& head = m_sums.back();
        at::Tensor more;
        {
            const PurposeScope purpose(waitingTier(), MemoryClass::Workspace);
            more = own.gradient.to(head.gradient.device(), head.gradient.scalar_type());
        }
        if (own.rows.defined())
            head.gradient.index_add_(0, own.rows.to(more.device()), more);
        else
            head.gradient.add_(more);
        own.gradient = std::move(head.gradient);
        own.rows.reset();
        return;
    }
    if (!own.rows.defined()
        || (m_config.optimizer.maxGradNorm == 0 && m_store.parameters()[parameter].moments.m.is_cpu()))
        return;
    const PurposeScope purpose(waitingTier(), MemoryClass::Gradients);
    at::Tensor dense = at::zeros(
        m_model.parameters[parameter].sizes, own.gradient.options().device(m_store.deviceOf(waitingTier())));
    dense.index_copy_(0, own.rows.to(dense.device()), own.gradient.to(dense.device()));
    own.gradient = std::move(dense);
    own.rows.reset();
}

void Updater::measure(std::size_t block)
{
    BlockProgress& progress = m_blocks[block];
    const auto parameters = m_store.block(block);
    for (; progress.joined < parameters.size(); ++progress.joined)
        join(parameters[progress.joined].spec.index);
    const PurposeScope purpose(MemoryClass::Workspace);
    for (const Parameter& parameter : parameters)
        m_norms[parameter.spec.index] = gradientNorm(sumOf(parameter).gradient);
    progress.isMeasured = true;
}

void Updater::blockDone(std::size_t block)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    CountedAllocator::instance().mark("block " + std::to_string(block));
    if (!m_blocks[block].isMeasured)
        measure(block);
    if (m_order.journal)
        writeNorms(block);
    if (!appliesAtOnce()) {
        park(block);
        return;
    }
    for (const Parameter& parameter : m_store.block(block)) {
        if (std::isfinite(m_norms[parameter.spec.index].item<float>()))
            continue;
        m_torn = m_changed > 0;
        m_skipped = true;
        m_sums.assign(m_sums.size(), {});
        return;
    }
    if (m_order.journal)
        m_order.journal->sync();
    apply(block, 1.0);
}

/// Sends a block's gradients where they wait for the norm of all.
void Updater::park(std::size_t block)
{
    if (!m_order.release || m_blocks[block].isParked)
        return;
    if (m_order.waiting) {
        std::vector<at::Tensor> gradients;
        for (const Parameter& parameter : m_store.block(block))
            gradients.push_back(sumOf(parameter).gradient);
        m_order.waiting->put(block, gradients, m_order.step + 1);
        for (const Parameter& parameter : m_store.block(block))
            sumOf(parameter).gradient.reset();
        m_blocks[block].isParked = true;
        return;
    }
    const PurposeScope purpose(Tier::Host, MemoryClass::Gradients);
    for (const Parameter& parameter : m_store.block(block)) {
        at::Tensor& gradient = sumOf(parameter).gradient;
        if (isOnHost(gradient))
            continue;
        gradient = gradient.to(at::kCPU, gradient.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
        if (sumOf(parameter).rows.defined())
            sumOf(parameter).rows = sumOf(parameter).rows.to(at::kCPU);
    }
}

void Updater::apply(std::size_t block, double clip)
{
    const auto start = std::chrono::steady_clock::now();
    if (!m_order.waiting || !m_blocks[block].isParked) {
        update(block, clip);
    } else {
        const auto gradients = m_order.waiting->take(block, m_order.step + 1);
        if (block > 0)
            m_order.waiting->prefetch(block - 1);
        for (std::size_t i = 0; i < gradients.size(); ++i)
            sumOf(m_store.block(block)[i]).gradient = gradients[i];
        try {
            update(block, clip);
        } catch (...) {
            m_order.waiting->letGo(block);
            throw;
        }
        m_order.waiting->letGo(block);
    }
    for (const Parameter& parameter : m_store.block(block))
        sumOf(parameter).gradient.reset();
    m_updateSeconds += secondsSince(start);
}

void Updater::update(std::size_t block, double clip)
{
    m_store.acquire(block, Parts::All);
    const UpdateScalars scalars{.rate = m_order.rate,
        .t = m_order.step + 1,
        .gradientScale = clip / m_order.lossScale,
        .lossScale = m_order.lossScale,
        .seed = m_config.training.seed};
    std::size_t& updated = m_blocks[block].updated;
    const auto parameters = m_store.block(block);
    try {
        for (; updated < parameters.size() && !m_torn; ++updated, ++m_changed) {
            const Sum& sum = sumOf(parameters[updated]);
            if (m_order.numbers)
                m_order.numbers->before(m_store, parameters[updated]);
            m_torn = !updateParameter(
                m_store, parameters[updated], sum.gradient, sum.rows, m_config.optimizer, scalars);
            if (m_order.numbers)
                m_order.numbers->after(
                    m_store, parameters[updated], sum.gradient, sum.rows, m_config.optimizer, scalars);
        }
    } catch (...) {
        if (m_store.disk()) { // nothing of the block was committed
            m_changed -= static_cast<std::int64_t>(updated);
            updated = 0;
        }
        throw;
    }
    m_skipped = m_torn;
    m_store.release(block, !m_torn, m_torn ? -1 : m_order.step + 1);
}

UpdateReport Updater::finish()
{
    UpdateReport report;
    CountedAllocator::instance().mark("update");
    if (m_skipped) {
        const bool torn = m_torn;
        if (!torn)
            abandon();
        return {.gradNorm = NAN, .skipped = true, .torn = torn};
    }
    const PurposeScope purpose(MemoryClass::Workspace);
    report.gradNorm = at::linalg_vector_norm(at::stack(m_norms), 2).item<double>() / m_order.lossScale;
    if (!appliesAtOnce()) {
        report.skipped = !std::isfinite(report.gradNorm);
        const double limit = m_config.optimizer.maxGradNorm;
        const double clip = limit > 0 ? std::min(1.0, limit / (report.gradNorm + 1e-6)) : 1.0;
        if (m_order.waiting)
            m_order.waiting->drain();
        if (m_order.journal)
            m_order.journal->sync();
        for (std::size_t block = m_store.blocks(); block-- > 0 && !report.skipped && !m_torn;)
            if (m_blocks[block].updated < m_store.block(block).size()) {
                m_store.prefetch(block, Parts::All);
                if (block > 0)
                    m_store.prefetch(block - 1, Parts::All);
                apply(block, clip);
            }
        report.torn = m_torn;
    }
    if (!m_torn)
        abandon();
    return report;
}

std::int64_t Updater::heldBytes() const
{
    std::int64_t bytes = 0;
    for (const Sum& sum : m_sums)
        if (sum.gradient.defined() && sum.gradient.device() == m_store.device())
            bytes += static_cast<std::int64_t>(sum.gradient.nbytes());
    return bytes;
}

} // namespace mantissa
