// SPDX-License-Identifier: Apache-2.0
#include "core/torch/gradients/gradient_offload.h"

#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>

namespace mantissa {

namespace {

bool isOnHost(const at::Tensor& tensor)
{
    return CountedAllocator::instance().tierOf(tensor.storage()) == Tier::Host;
}

} // namespace

void GradientOffload::begin(std::size_t blocks, std::int64_t step, WaitingGradients* disk)
{
    m_disk = disk;
    m_step = step;
    m_isWaiting.assign(blocks, false);
}

void GradientOffload::put(std::size_t block, GradientSums& sums, std::span<Parameter* const> parameters)
{
    if (m_isWaiting[block])
        return;
    const WorkSpan span(WorkKind::Move, "gradients leave", block);
    if (m_disk) {
        std::vector<at::Tensor> gradients;
        for (const Parameter* parameter : parameters)
            gradients.push_back(sums.of(*parameter).gradient);
        m_disk->put(block, gradients, m_step);
        for (const Parameter* parameter : parameters)
            sums.of(*parameter).gradient.reset();
        m_isWaiting[block] = true;
        return;
    }
    const PurposeScope purpose(Tier::Host, MemoryClass::Gradients);
    for (const Parameter* parameter : parameters) {
        GradientSum& sum = sums.of(*parameter);
        if (isOnHost(sum.gradient))
            continue;
        sum.gradient
            = sum.gradient.to(at::kCPU, sum.gradient.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
        if (sum.rows.defined())
            sum.rows = sum.rows.to(at::kCPU);
    }
}

void GradientOffload::drain() const
{
    if (m_disk)
        m_disk->drain();
}

void GradientOffload::prefetch(std::size_t block) const
{
    if (m_disk)
        m_disk->prefetch(block);
}

GradientOffload::Back::Back(const GradientOffload& offload, std::size_t block, GradientSums& sums,
    std::span<Parameter* const> parameters)
    : m_block(block)
    , m_sums(sums)
    , m_parameters(parameters)
{
    if (!offload.waitsOnDisk(block))
        return;
    const auto gradients = offload.m_disk->take(block, offload.m_step);
    m_disk = offload.m_disk;
    for (std::size_t i = 0; i < gradients.size(); ++i)
        sums.of(*parameters[i]).gradient = gradients[i];
}

GradientOffload::Back::~Back()
{
    if (!m_disk)
        return;
    for (const Parameter* parameter : m_parameters)
        m_sums.of(*parameter).gradient.reset();
    m_disk->letGo(m_block);
}

} // namespace mantissa
