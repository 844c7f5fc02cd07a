// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/updater.h"

#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace mantissa {

namespace {

void markAsGradient(const at::Tensor& gradient)
{
    if (gradient.is_cpu())
        CountedAllocator::instance().reclassify(gradient.storage().data(), MemoryClass::Gradients);
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
    m_missingInBlock.assign(m_store.blocks(), 0);
    for (std::size_t weight = 0; weight < m_sums.size(); ++weight) {
        const bool isProjection = m_model.head && weight == m_model.head->projection();
        m_sums[weight].expected = order.microBatches * (isProjection ? order.projectionChunks : 1);
        m_sums[weight].missing = m_sums[weight].expected;
        ++m_missingInBlock[m_model.parameters[m_model.parameterOf(weight)].block];
    }
}

void Updater::abandon()
{
    m_sums.clear();
    m_norms.clear();
    m_applied = 0;
    m_skipped = false;
}

Tier Updater::sumsTier() const { return m_order.sumsLeave && m_store.placement().moments != Tier::Device ? Tier::Host : Tier::Device; }

void Updater::add(std::size_t weight, at::Tensor gradient)
{
    if (m_skipped)
        return;
    const c10::NoGradGuard noGrad;
    Sum& sum = m_sums[weight];
    if (sum.expected == 1) {
        markAsGradient(gradient);
        sum.gradient = std::move(gradient);
    } else if (!sum.gradient.defined()) {
        const PurposeScope purpose(sumsTier(), MemoryClass::Gradients);
        sum.gradient = gradient.to(m_store.deviceOf(sumsTier()), at::kFloat, /*non_blocking*/ false, /*copy*/ true);
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
    const Tier tier = m_order.release && m_store.placement().moments != Tier::Device ? Tier::Host : Tier::Device;
    if (!sum.gradient.defined()) {
        const PurposeScope purpose(tier, MemoryClass::Gradients);
        sum.gradient = at::empty(m_model.parameters[m_model.parameterOf(weight)].sizes,
            at::TensorOptions().dtype(sum.expected == 1 ? gradient.scalar_type() : at::kFloat).device(m_store.deviceOf(tier)));
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
    if (--m_missingInBlock[block] == 0)
        blockDone(block);
}

/// Both gradients of a tied weight in one, and rows made dense where the norm must see them as clip_grad_norm_ would.
void Updater::join(std::size_t parameter)
{
    Sum& own = m_sums[parameter];
    const bool isTied = m_model.tied == parameter;
    if (isTied) {
        Sum& head = m_sums.back();
        const PurposeScope purpose(head.gradient.is_cpu() ? currentPurpose().tier : Tier::Device, MemoryClass::Workspace);
        const at::Tensor more = own.gradient.to(head.gradient.device(), head.gradient.scalar_type());
        if (own.rows.defined())
            head.gradient.index_add_(0, own.rows.to(more.device()), more);
        else
            head.gradient.add_(more);
        own.gradient = std::move(head.gradient);
        own.rows.reset();
    } else if (own.rows.defined() && (m_config.optimizer.maxGradNorm > 0 || !m_store.parameters()[parameter].moments.m.is_cpu())) {
        const PurposeScope purpose(m_order.release ? sumsTier() : Tier::Device, MemoryClass::Gradients);
        at::Tensor dense = at::zeros(m_model.parameters[parameter].sizes, own.gradient.options());
        dense.index_copy_(0, own.rows, own.gradient);
        own.gradient = std::move(dense);
        own.rows.reset();
    }
}

void Updater::blockDone(std::size_t block)
{
    const c10::NoGradGuard noGrad;
    for (const Parameter& parameter : m_store.block(block)) {
        const auto index = static_cast<std::size_t>(&parameter - m_store.parameters().data());
        join(index);
        const PurposeScope purpose(MemoryClass::Workspace);
        m_norms[index] = gradientNorm(m_sums[index].gradient);
        if (!appliesAtOnce() || std::isfinite(m_norms[index].item<float>()))
            continue;
        TORCH_CHECK(m_applied == 0, "the gradient of ", parameter.spec.name, " is not finite after ", m_applied,
            " blocks of this step were updated; resume from the last checkpoint with a lower learning rate or fp32");
        m_skipped = true;
    }
    if (m_skipped) {
        m_sums.assign(m_sums.size(), {});
        return;
    }
    if (appliesAtOnce()) {
        apply(block, 1.0);
        return;
    }
    if (!m_order.release || m_store.placement().moments == Tier::Device)
        return;
    const PurposeScope purpose(Tier::Host, MemoryClass::Gradients); // where it waits for the norm of all
    for (const Parameter& parameter : m_store.block(block)) {
        at::Tensor& gradient = m_sums[static_cast<std::size_t>(&parameter - m_store.parameters().data())].gradient;
        gradient = gradient.to(at::kCPU, gradient.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
    }
}

void Updater::apply(std::size_t block, double clip)
{
    m_store.acquire(block, Parts::All);
    const auto start = std::chrono::steady_clock::now();
    const UpdateScalars scalars{.rate = m_order.rate, .t = m_order.step + 1, .gradientScale = clip / m_order.lossScale, .seed = m_config.training.seed};
    for (Parameter& parameter : m_store.block(block)) {
        Sum& sum = m_sums[static_cast<std::size_t>(&parameter - m_store.parameters().data())];
        updateParameter(m_store, parameter, sum.gradient, sum.rows, m_config.optimizer, scalars);
        sum.gradient.reset();
    }
    m_updateSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ++m_applied;
    m_store.release(block, true, m_order.step + 1);
}

UpdateReport Updater::finish()
{
    UpdateReport report;
    if (m_skipped) {
        report = {.gradNorm = NAN, .skipped = true};
        abandon();
        return report;
    }
    const PurposeScope purpose(MemoryClass::Workspace);
    report.gradNorm = at::linalg_vector_norm(at::stack(m_norms), 2).item<double>() / m_order.lossScale;
    if (!appliesAtOnce()) {
        report.skipped = !std::isfinite(report.gradNorm);
        const double limit = m_config.optimizer.maxGradNorm;
        const double clip = limit > 0 ? std::min(1.0, limit / (report.gradNorm + 1e-6)) : 1.0;
        for (std::size_t block = m_store.blocks(); block-- > 0 && !report.skipped;)
            apply(block, clip);
    }
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
