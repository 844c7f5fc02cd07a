// SPDX-License-Identifier: Apache-2.0
#include "core/torch/gradients/gradient_sums.h"

#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>

#include <utility>

namespace mantissa {

namespace {

void markAsGradient(const at::Tensor& gradient)
{
    CountedAllocator::instance().reclassify(gradient.storage(), MemoryClass::Gradients);
}

} // namespace

GradientSums::GradientSums(const Model& model, const StateFormat& format)
    : m_model(model)
    , m_format(format)
{
}

void GradientSums::begin(const SumOrder& order)
{
    m_order = order;
    m_sums.assign(m_model.weightCount(), {});
    for (std::size_t weight = 0; weight < m_sums.size(); ++weight) {
        if (!m_model.tensorOf(weight).trains)
            continue;
        const bool isProjection = m_model.head && weight == m_model.head->projection();
        m_sums[weight].expected = isProjection ? order.projectionChunks : order.microBatches;
        m_sums[weight].missing = m_sums[weight].expected;
    }
}

void GradientSums::drop() { m_sums.assign(m_sums.size(), {}); }

bool GradientSums::add(std::size_t weight, at::Tensor gradient, const at::Tensor& rows)
{
    GradientSum& sum = m_sums[weight];
    if (rows.defined())
        sum.rows = rows;
    if (sum.expected == 1) {
        markAsGradient(gradient);
        sum.gradient = std::move(gradient);
    } else if (!sum.gradient.defined()) {
        const PurposeScope purpose(m_order.sums, MemoryClass::Gradients);
        sum.gradient
            = gradient.to(m_format.deviceOf(m_order.sums), at::kFloat, /*non_blocking*/ false, /*copy*/ true);
    } else {
        sum.gradient.add_(gradient.to(sum.gradient.device()));
    }
    return --sum.missing == 0;
}

bool GradientSums::addSlice(std::size_t weight, std::int64_t first, const at::Tensor& gradient, bool last)
{
    GradientSum& sum = m_sums[weight];
    if (!sum.gradient.defined()) {
        const PurposeScope purpose(m_order.slices, MemoryClass::Gradients);
        sum.gradient = at::empty(m_model.tensorOf(weight).sizes,
            at::TensorOptions()
                .dtype(sum.expected == 1 ? gradient.scalar_type() : at::kFloat)
                .device(m_format.deviceOf(m_order.slices)));
    }
    at::Tensor rows = sum.gradient.narrow(0, first, gradient.size(0));
    if (sum.missing == sum.expected)
        rows.copy_(gradient);
    else
        rows.add_(gradient.to(rows.device()));
    return last && --sum.missing == 0;
}

bool GradientSums::reset(std::size_t weight)
{
    GradientSum& sum = m_sums[weight];
    const bool wasWhole = sum.expected > 0 && sum.missing == 0;
    sum = {.missing = sum.expected, .expected = sum.expected};
    return wasWhole;
}

void GradientSums::join(std::size_t tensor, bool takesRows)
{
    GradientSum& own = m_sums[tensor];
    if (m_model.tied() == tensor) {
        GradientSum& head = m_sums.back();
        if (!head.gradient.defined()) // joined already, before what failed afterwards
            return;
        at::Tensor more;
        {
            const PurposeScope purpose(m_order.slices, MemoryClass::Workspace);
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
    if (!own.rows.defined() || takesRows)
        return;
    const PurposeScope purpose(m_order.slices, MemoryClass::Gradients);
    at::Tensor dense = at::zeros(
        m_model.tensors()[tensor].sizes, own.gradient.options().device(m_format.deviceOf(m_order.slices)));
    dense.index_copy_(0, own.rows.to(dense.device()), own.gradient.to(dense.device()));
    own.gradient = std::move(dense);
    own.rows.reset();
}

at::ScalarType GradientSums::typeOf(std::size_t tensor) const
{
    const GradientSum& sum = m_model.tied() == tensor ? m_sums.back() : m_sums[tensor];
    return sum.expected == 1 ? scalarTypeOf(m_order.gradients) : at::kFloat;
}

void GradientSums::takeTied(at::Tensor gradient)
{
    m_sums.back().gradient = std::move(gradient);
    m_sums.back().missing = 0;
}

} // namespace mantissa
