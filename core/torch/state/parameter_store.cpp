// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/parameter_store.h"

#include "core/base/seconds.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/state/fresh_parameter.h"
#include "core/torch/state/unit_layout.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace mantissa {

ParameterStore::ParameterStore(
    const StateFormat& format, const Placement& placement, std::unique_ptr<DiskStorage> disk)
    : m_format(format)
    , m_placement(placement)
    , m_disk(std::move(disk))
{
}

std::span<Parameter> ParameterStore::block(std::size_t index)
{
    return std::span(m_parameters).subspan(m_blocks[index].first, m_blocks[index].count);
}

bool ParameterStore::trains(std::size_t index) const
{
    const auto own = std::span(m_parameters).subspan(m_blocks[index].first, m_blocks[index].count);
    return std::ranges::any_of(own, [](const Parameter& parameter) { return parameter.spec.trains; });
}

void ParameterStore::add(std::span<const TensorDescription> block, const ValueSource& values)
{
    const c10::NoGradGuard noGrad;
    const std::size_t index = m_blocks.size();
    m_blocks.push_back({m_parameters.size(), block.size()});
    const Parts parts = partsOnDisk(m_placement);
    const bool isThere = parts != Parts::None && m_disk->stepOf(index) >= 0; // of an earlier process
    for (const TensorDescription& tensor : block) {
        if (isThere) {
            m_parameters.push_back({.spec = tensor, .at = m_placement});
            continue;
        }
        Placement inMemory = m_placement;
        m_parameters.push_back(freshParameter(tensor, m_placement, m_format, values));
        for (Tier* tier : {&inMemory.weights, &inMemory.remainder, &inMemory.moments})
            *tier = memoryTier(*tier);
        m_parameters.back().at = inMemory;
    }
    if (parts != Parts::None && !isThere)
        writeBlock(index, m_placement, nullptr);
}

void ParameterStore::keepDisk(bool kept)
{
    if (m_disk)
        m_disk->keep(kept);
}

void ParameterStore::drainDisk()
{
    if (m_disk)
        m_disk->drain();
}

Parts ParameterStore::partsOnDisk(const Placement& at) const
{
    Parts parts = Parts::None;
    if (at.weights == Tier::Disk)
        parts = parts | Parts::Weights;
    if (at.remainder == Tier::Disk && at.form != Precision::Fp32 && m_format.master == Master::Exact)
        parts = parts | Parts::Remainder;
    if (at.moments == Tier::Disk)
        parts = parts | Parts::Moments;
    return parts;
}

Parts ParameterStore::blockPartsOnDisk(std::size_t index)
{
    Parts parts = Parts::None;
    for (const Parameter& parameter : block(index))
        parts = parts | partsOnDisk(parameter.at);
    return parts;
}

/// Lets the parts that are on Disk be views of a staging buffer.
void ParameterStore::bind(std::size_t index, const at::Tensor& bytes, Parts parts)
{
    const BlockViews views(block(index), m_format, bytes);
    for (std::size_t i = 0; i < m_blocks[index].count; ++i) {
        Parameter& parameter = m_parameters[m_blocks[index].first + i];
        const Parts own = partsOnDisk(parameter.at) & parts;
        if (has(own, Parts::Weights))
            parameter.value = views.high(i);
        if (has(own, Parts::Remainder))
            parameter.low = views.low(i);
        if (has(own, Parts::Moments))
            parameter.moments = views.moments(i);
    }
}

void ParameterStore::unbind(std::size_t index, Parts parts) noexcept
{
    for (Parameter& parameter : block(index)) {
        const Parts own = partsOnDisk(parameter.at) & parts;
        if (has(own, Parts::Weights))
            parameter.value.reset();
        if (has(own, Parts::Remainder))
            parameter.low.reset();
        if (has(own, Parts::Moments))
            parameter.moments = {};
    }
}

double ParameterStore::takeMoveWaitSeconds()
{
    if (m_returning && m_returning->isDone())
        finishReturn();
    return std::exchange(m_moveWaitSeconds, 0.0);
}

void ParameterStore::beginReturn()
{
    if (!m_transfers.empty())
        m_returning = std::make_unique<ReturningMoments>(std::exchange(m_transfers, {}), m_blocks.size());
}

void ParameterStore::finishReturn()
{
    if (!m_returning)
        return;
    for (std::size_t index = 0; index < m_blocks.size(); ++index)
        m_returning->wait(index);
    m_moveWaitSeconds += m_returning->waitSeconds();
    m_returning.reset();
}

void ParameterStore::acquire(std::size_t index, Parts wanted)
{
    if (m_returning && has(wanted, Parts::Moments))
        m_returning->wait(index);
    BlockRange& range = m_blocks[index];
    const Parts parts = m_disk ? blockPartsOnDisk(index) & wanted : Parts::None;
    if (!has(range.held, parts)) {
        const Parts all = range.held | parts;
        // what other holds see stays bound unless the buffer moves; it does not while they last
        bind(index, m_disk->acquire(index, all), all);
        range.held = all;
    }
    ++range.holds;
}

void ParameterStore::release(std::size_t index, bool changed, std::int64_t step) noexcept
{
    BlockRange& range = m_blocks[index];
    const bool isLast = --range.holds == 0;
    if (range.held == Parts::None) // nothing of it is on Disk
        return;
    range.isChanged = range.isChanged || changed;
    range.step = std::max(range.step, step);
    if (!isLast)
        return;
    unbind(index, range.held);
    range.held = Parts::None;
    m_disk->release(index, std::exchange(range.isChanged, false), std::exchange(range.step, -1));
}

void ParameterStore::prefetch(std::size_t index, Parts wanted)
{
    const Parts parts = partsOnDisk(m_placement) & wanted;
    if (parts != Parts::None)
        m_disk->prefetch(index, parts);
}

at::Tensor ParameterStore::computeWeight(const Parameter& parameter, Precision compute) const
{
    if (!streams() && parameter.form() == compute)
        return parameter.value;
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    if (compute == parameter.form()) // a copy that the caller's purpose pays for
        return parameter.value.to(
            m_format.device, parameter.value.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
    at::Tensor exact = exactValue(parameter);
    return compute == Precision::Fp32 ? exact : exact.to(scalarTypeOf(compute));
}

at::Tensor ParameterStore::computeRows(
    const Parameter& parameter, Precision compute, const at::Tensor& rows) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    const auto gathered = [&](const at::Tensor& table) {
        return table.defined() ? table.index_select(0, rows.to(table.device())).to(m_format.device) : table;
    };
    if (compute == parameter.form())
        return gathered(parameter.value);
    Parameter few{.spec = parameter.spec,
        .at = parameter.at,
        .value = gathered(parameter.value),
        .low = gathered(parameter.low)};
    few.spec.sizes[0] = rows.numel(); // rows are gathered of weights that stream, which have no escapes
    const at::Tensor exact = exactValue(few);
    return compute == Precision::Fp32 ? exact : exact.to(scalarTypeOf(compute));
}

/// Writes what is to rest on Disk, and lets go of it in memory once it is committed.
void ParameterStore::writeBlock(std::size_t index, const Placement& to, MoveReport* report)
{
    const WorkSpan span(WorkKind::Move, "move to disk", index);
    const auto start = std::chrono::steady_clock::now();
    const Parts parts = partsOnDisk(to);
    const BlockViews views(block(index), m_format, m_disk->acquire(index, parts, /*read*/ false));
    for (std::size_t i = 0; i < m_blocks[index].count; ++i)
        views.fill(i, m_parameters[m_blocks[index].first + i], parts);
    // a block that the step in hand has updated stays one
    const bool isAhead = m_updates >= 0 && m_disk->stepOf(index) == m_updates + 1;
    m_disk->release(index, true, isAhead ? m_updates + 1 : std::max<std::int64_t>(0, m_updates));
    m_disk->drain();
    for (Parameter& parameter : block(index)) {
        const Placement was = std::exchange(parameter.at, to);
        const auto leave = [&](at::Tensor& tensor, Parts part, Tier before) {
            if (!has(parts, part) || !tensor.defined())
                return;
            if (report && before != Tier::Disk)
                ++report->tensors, report->bytes += static_cast<std::int64_t>(tensor.nbytes());
            tensor.reset();
        };
        leave(parameter.value, Parts::Weights, was.weights);
        leave(parameter.low, Parts::Remainder, was.remainder);
        for (const auto& part : parameter.moments.parts())
            leave(*part.second, Parts::Moments, was.moments);
    }
    if (report)
        report->seconds += secondsSince(start);
}

void ParameterStore::placeBlock(std::size_t index, const Placement& to, PlaceReport& report)
{
    if (std::ranges::all_of(block(index), [&](const Parameter& p) { return p.at == to; }))
        return;
    const BlockHold hold(*this, index, Parts::All);
    for (Parameter& parameter : block(index))
        placeInMemory(parameter, to, m_format, report, m_transfers);
    if (partsOnDisk(to) != Parts::None)
        writeBlock(index, to, &report.moves);
}

PlaceReport ParameterStore::place(const Placement& to)
{
    PlaceReport report;
    if (to == m_placement && !m_isMixed)
        return report;
    const c10::NoGradGuard noGrad;
    finishReturn();
    const auto start = std::chrono::steady_clock::now();
    m_isMixed = true;
    try {
        for (std::size_t index = 0; index < m_blocks.size(); ++index)
            placeBlock(index, to, report);
    } catch (...) { // what is on its way arrives all the same
        beginReturn();
        throw;
    }
    m_placement = to;
    m_isMixed = false;
    beginReturn();
    report.casts.seconds = secondsSince(start) - report.moves.seconds;
    return report;
}

std::int64_t ParameterStore::elements() const
{
    std::int64_t count = 0;
    for (const Parameter& parameter : m_parameters)
        count += parameter.elements();
    return count;
}

BlockHold::BlockHold(ParameterStore& store, std::size_t block, Parts parts)
    : m_store(store)
    , m_block(block)
{
    m_store.acquire(block, parts);
}

BlockHold::~BlockHold() { m_store.release(m_block, m_isChanged, m_step); }

void BlockHold::setChanged(std::int64_t step)
{
    m_isChanged = true;
    m_step = step;
}

} // namespace mantissa
