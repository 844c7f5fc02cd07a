// SPDX-License-Identifier: Apache-2.0
#include "core/torch/weights/parameter_store.h"

#include "core/base/seconds.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/split.h"
#include "core/torch/weights/unit_layout.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace mantissa {

namespace {

constexpr std::int64_t fillChunk
    = 1 << 18; // elements: fresh values pass through a buffer of this size on their way into pairs

/// What is on its way to or from a file is in Host memory.
constexpr Tier memoryTier(Tier tier) { return tier == Tier::Disk ? Tier::Host : tier; }

/// A copy that the caller's purpose pays for.
at::Tensor moved(const at::Tensor& tensor, at::Device device)
{
    return tensor.to(device, tensor.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
}

} // namespace

at::ScalarType scalarTypeOf(Precision precision)
{
    switch (precision) {
    case Precision::Fp32:
        return at::kFloat;
    case Precision::Bf16:
        return at::kBFloat16;
    case Precision::Fp16:
        return at::kHalf;
    }
    return at::kFloat;
}

Placement placementOf(const ResolvedPlan& plan)
{
    const bool streams = plan.weights != Tier::Device;
    // the remainder of weights that stream is no nearer than they are: the two are read together
    return {.form = streams ? Precision::Bf16 : plan.compute,
        .weights = plan.weights,
        .remainder = std::max(plan.weights, plan.remainder),
        .moments = plan.moments};
}

std::int64_t Parameter::elements() const { return elementsOf(spec); }

ParameterStore::ParameterStore(at::Device device, Master master, MomentsFormat moments,
    const Placement& placement, std::unique_ptr<DiskStorage> disk)
    : m_device(device)
    , m_master(master)
    , m_momentsFormat(moments)
    , m_placement(placement)
    , m_disk(std::move(disk))
{
}

std::span<Parameter> ParameterStore::block(std::size_t index)
{
    return std::span(m_parameters).subspan(m_blocks[index].first, m_blocks[index].count);
}

Parameter ParameterStore::fresh(const ParameterSpec& spec, std::int64_t seed) const
{
    Parameter parameter{.spec = spec, .form = m_placement.form};
    const bool isFp32 = parameter.form == Precision::Fp32;
    const auto onCpu = at::TensorOptions().device(at::kCPU);
    const std::int64_t n = parameter.elements();
    at::Tensor value;
    at::Tensor low;
    {
        const PurposeScope purpose(
            m_device.is_cpu() ? memoryTier(m_placement.weights) : Tier::Host, MemoryClass::Weights);
        value = at::empty(spec.sizes, onCpu.dtype(scalarTypeOf(parameter.form)));
    }
    if (!isFp32) {
        const PurposeScope purpose(
            m_device.is_cpu() ? memoryTier(m_placement.remainder) : Tier::Host, MemoryClass::Remainder);
        low = at::empty(
            m_master == Master::Exact ? spec.sizes : std::vector<std::int64_t>{0}, onCpu.dtype(at::kShort));
    }
    std::vector<std::vector<PairEscape>> escapes(static_cast<std::size_t>((n + fillChunk - 1) / fillChunk));
    at::parallel_for(
        0, static_cast<std::int64_t>(escapes.size()), 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> exact(isFp32 ? 0 : static_cast<std::size_t>(std::min(n, fillChunk)));
            std::vector<std::int16_t> spare(low.numel() == 0 && !isFp32 ? exact.size() : 0);
            for (std::int64_t chunk = begin; chunk < end; ++chunk) {
                const std::int64_t first = chunk * fillChunk;
                const std::int64_t count = std::min(fillChunk, n - first);
                if (isFp32) {
                    fillInitial(spec, seed, first, value.mutable_data_ptr<float>() + first, count);
                    continue;
                }
                fillInitial(spec, seed, first, exact.data(), count);
                auto* high = static_cast<std::uint16_t*>(value.mutable_data_ptr()) + first;
                auto* rest = spare.empty() ? low.mutable_data_ptr<std::int16_t>() + first : spare.data();
                if (parameter.form == Precision::Bf16)
                    splitBf16(exact.data(), high, reinterpret_cast<std::uint16_t*>(rest),
                        static_cast<std::size_t>(count));
                else
                    splitFp16(exact.data(), high, rest, static_cast<std::size_t>(count), first,
                        escapes[static_cast<std::size_t>(chunk)]);
            }
        });
    for (const auto& part : escapes)
        parameter.escapes.insert(parameter.escapes.end(), part.begin(), part.end());
    parameter.value = value.to(deviceOf(m_placement.weights));
    if (low.defined() && low.numel() > 0)
        parameter.low = low.to(deviceOf(m_placement.remainder));
    const PurposeScope purpose(memoryTier(m_placement.moments), MemoryClass::Moments);
    parameter.moments
        = makeMoments(spec.sizes, momentsFormatOf(spec, m_momentsFormat), deviceOf(m_placement.moments));
    return parameter;
}

void ParameterStore::add(std::span<const ParameterSpec> block, std::int64_t seed)
{
    const c10::NoGradGuard noGrad;
    const std::size_t first = m_parameters.size();
    const std::size_t index = m_blocks.size();
    m_blocks.push_back({first, block.size()});
    const Parts parts = partsOnDisk(m_placement);
    const bool isThere = parts != Parts::None && m_disk->stepOf(index) >= 0; // of an earlier process
    for (const ParameterSpec& spec : block)
        m_parameters.push_back(
            isThere ? Parameter{.spec = spec, .form = m_placement.form} : fresh(spec, seed));
    if (parts == Parts::None || isThere)
        return;
    bind(index, m_disk->acquire(index, parts, /*read*/ false), parts);
    m_disk->release(index, true, 0);
    unbind(index, parts);
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

Parts ParameterStore::partsOnDisk(const Placement& placement) const
{
    Parts parts = Parts::None;
    if (placement.weights == Tier::Disk)
        parts = parts | Parts::Weights;
    if (placement.remainder == Tier::Disk && placement.form != Precision::Fp32 && m_master == Master::Exact)
        parts = parts | Parts::Remainder;
    if (placement.moments == Tier::Disk)
        parts = parts | Parts::Moments;
    return parts;
}

/// Lets the parts that are on disk be views of a staging buffer; what was in memory is copied there first.
void ParameterStore::bind(std::size_t index, const at::Tensor& bytes, Parts parts)
{
    std::vector<ParameterSpec> specs;
    for (const Parameter& parameter : block(index))
        specs.push_back(parameter.spec);
    const BlockLayout layout = layoutOf(specs, m_momentsFormat);
    const auto view = [&](at::Tensor& tensor, std::int64_t offset, at::ScalarType type,
                          const std::vector<std::int64_t>& sizes, std::int64_t n) {
        const at::Tensor part = bytes.narrow(0, offset, n * static_cast<std::int64_t>(c10::elementSize(type)))
                                    .view(type)
                                    .view(sizes);
        if (tensor.defined())
            part.copy_(tensor);
        tensor = part;
    };
    for (std::size_t i = 0; i < specs.size(); ++i) {
        Parameter& parameter = m_parameters[m_blocks[index].first + i];
        const TensorPlace& place = layout.tensors[i];
        const std::int64_t n = parameter.elements();
        if (has(parts, Parts::Weights))
            view(parameter.value, place.high, scalarTypeOf(parameter.form), parameter.spec.sizes, n);
        if (has(parts, Parts::Remainder))
            view(parameter.low, place.low, at::kShort, parameter.spec.sizes, n);
        if (!has(parts, Parts::Moments))
            continue;
        const bool isInt8 = place.mScale >= 0;
        view(parameter.moments.m, place.m, isInt8 ? at::kChar : at::kFloat, parameter.spec.sizes, n);
        view(parameter.moments.v, place.v, isInt8 ? at::kByte : at::kFloat, parameter.spec.sizes, n);
        if (isInt8) {
            const std::int64_t blocks = (n + 255) / 256;
            view(parameter.moments.mScale, place.mScale, at::kFloat, {blocks}, blocks);
            view(parameter.moments.vScale, place.vScale, at::kFloat, {blocks}, blocks);
        }
    }
}

void ParameterStore::unbind(std::size_t index, Parts parts)
{
    for (Parameter& parameter : block(index)) {
        if (has(parts, Parts::Weights))
            parameter.value.reset();
        if (has(parts, Parts::Remainder))
            parameter.low.reset();
        if (has(parts, Parts::Moments))
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
    const Parts parts = partsOnDisk(m_placement) & wanted;
    BlockRange& range = m_blocks[index];
    ++range.holds;
    if (has(range.held, parts))
        return;
    unbind(index, parts | range.held);
    range.held = range.held | parts;
    bind(index, m_disk->acquire(index, range.held), range.held);
}

void ParameterStore::release(std::size_t index, bool changed, std::int64_t step)
{
    BlockRange& range = m_blocks[index];
    const bool hasHolds = --range.holds > 0;
    if (range.held == Parts::None) // nothing of it is on disk
        return;
    range.isChanged = range.isChanged || changed;
    range.step = std::max(range.step, step);
    if (hasHolds)
        return;
    unbind(index, range.held);
    range.held = Parts::None;
    m_disk->release(index, std::exchange(range.isChanged, false), std::exchange(range.step, -1));
}

void ParameterStore::letGo()
{
    for (std::size_t index = 0; index < m_blocks.size(); ++index)
        if (m_blocks[index].holds > 0) {
            m_blocks[index].holds = 1;
            release(index);
        }
}

void ParameterStore::prefetch(std::size_t index, Parts wanted)
{
    const Parts parts = partsOnDisk(m_placement) & wanted;
    if (parts != Parts::None)
        m_disk->prefetch(index, parts);
}

at::Tensor ParameterStore::exactValue(const Parameter& parameter) const
{
    const c10::NoGradGuard noGrad;
    if (parameter.form == Precision::Fp32)
        return parameter.value;
    const at::Tensor high = parameter.value.to(m_device);
    if (!parameter.low.defined())
        return high.to(at::kFloat);
    at::Tensor exact
        = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(m_device));
    joinTensor(high, parameter.low.to(m_device), parameter.escapes, exact);
    return exact;
}

at::Tensor ParameterStore::computeWeight(const Parameter& parameter, Precision compute) const
{
    if (!streams() && parameter.form == compute)
        return parameter.value;
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    if (compute == parameter.form)
        return moved(parameter.value, m_device);
    at::Tensor exact = exactValue(parameter);
    return compute == Precision::Fp32 ? exact : exact.to(scalarTypeOf(compute));
}

at::Tensor ParameterStore::computeRows(
    const Parameter& parameter, Precision compute, const at::Tensor& rows) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    const auto gathered = [&](const at::Tensor& table) {
        return table.defined() ? table.index_select(0, rows.to(table.device())).to(m_device) : table;
    };
    if (compute == parameter.form)
        return gathered(parameter.value);
    Parameter few{.spec = parameter.spec,
        .form = parameter.form,
        .value = gathered(parameter.value),
        .low = gathered(parameter.low)};
    few.spec.sizes[0] = rows.numel(); // rows are gathered of weights that stream, which have no escapes
    const at::Tensor exact = exactValue(few);
    return compute == Precision::Fp32 ? exact : exact.to(scalarTypeOf(compute));
}

void ParameterStore::castOne(Parameter& parameter, const Placement& to, CastReport& report)
{
    const std::int64_t n = parameter.elements();
    at::Tensor exact;
    if (parameter.form == Precision::Fp32) {
        exact = parameter.value;
    } else {
        const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
        exact = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(m_device));
        report.mismatches
            += joinTensor(parameter.value.to(m_device), parameter.low.to(m_device), parameter.escapes, exact);
        parameter.low.reset();
        parameter.escapes.clear();
        report.bytes += 8 * n;
    }
    parameter.value.reset(); // before the new form is made: a cast never holds a tensor three times
    if (to.form == Precision::Fp32) {
        parameter.value = exact;
    } else {
        const auto options = at::TensorOptions().device(m_device);
        at::Tensor high;
        {
            const PurposeScope purpose(
                m_device.is_cpu() ? memoryTier(to.weights) : Tier::Device, MemoryClass::Weights);
            high = at::empty(parameter.spec.sizes, options.dtype(scalarTypeOf(to.form)));
        }
        const PurposeScope purpose(
            m_device.is_cpu() ? memoryTier(to.remainder) : Tier::Device, MemoryClass::Remainder);
        at::Tensor low = at::empty(parameter.spec.sizes, options.dtype(at::kShort));
        report.mismatches += splitTensor(exact, high, low, parameter.escapes);
        parameter.low = low.to(deviceOf(to.remainder));
        parameter.value = high.to(deviceOf(to.weights));
        report.escapes += static_cast<std::int64_t>(parameter.escapes.size());
        report.bytes += 8 * n;
    }
    parameter.form = to.form;
    ++report.tensors;
}

void ParameterStore::placeOne(Parameter& parameter, const Placement& to, PlaceReport& report)
{
    const auto move = [&](at::Tensor& tensor, Tier tier, MemoryClass memoryClass) {
        const auto start = std::chrono::steady_clock::now();
        const PurposeScope purpose(memoryTier(tier), memoryClass);
        tensor = moved(tensor, deviceOf(tier));
        ++report.moves.tensors;
        report.moves.bytes += static_cast<std::int64_t>(tensor.nbytes());
        report.moves.seconds += secondsSince(start);
    };
    if (parameter.form != to.form) {
        castOne(parameter, to, report.casts);
    } else {
        if (to.weights != m_placement.weights)
            move(parameter.value, to.weights, MemoryClass::Weights);
        if (parameter.low.defined() && to.remainder != m_placement.remainder)
            move(parameter.low, to.remainder, MemoryClass::Remainder);
    }
    if (to.moments != m_placement.moments)
        moveMoments(parameter, to.moments, report.moves);
}

void ParameterStore::moveMoments(Parameter& parameter, Tier to, MoveReport& report)
{
    const auto start = std::chrono::steady_clock::now();
    const PurposeScope purpose(memoryTier(to), MemoryClass::Moments);
    if (m_placement.moments == Tier::Host
        && to == Tier::Device) { // room now, since an update allocates nothing; bytes meanwhile
        Moments room = emptyLike(parameter.moments, deviceOf(to));
        m_transfers.push_back({parameter.spec.block, std::exchange(parameter.moments, room), room});
    } else {
        parameter.moments = copied(parameter.moments, deviceOf(to));
    }
    for (const auto& part : parameter.moments.parts())
        ++report.tensors, report.bytes += static_cast<std::int64_t>(part.second->nbytes());
    report.seconds += secondsSince(start);
}

PlaceReport ParameterStore::place(const Placement& to)
{
    PlaceReport report;
    if (to == m_placement)
        return report;
    const c10::NoGradGuard noGrad;
    finishReturn();
    const auto start = std::chrono::steady_clock::now();
    const Parts before = partsOnDisk(m_placement);
    const Parts after = partsOnDisk(to);
    for (std::size_t index = 0; index < m_blocks.size(); ++index) {
        if (before != Parts::None)
            bind(index, (unbind(index, before), m_disk->acquire(index, before)), before);
        try {
            for (Parameter& parameter : block(index))
                placeOne(parameter, to, report);
        } catch (...) { // what is on its way arrives all the same
            beginReturn();
            throw;
        }
        if (before != Parts::None)
            m_disk->release(index, false);
        if (after == Parts::None)
            continue;
        bind(index, m_disk->acquire(index, after, /*read*/ false), after);
        unbind(index, after);
        m_disk->release(
            index, true, std::max<std::int64_t>(0, m_disk->stepOf(index))); // below 0 would be: never written
    }
    m_placement = to;
    beginReturn();
    report.casts.seconds = secondsSince(start) - report.moves.seconds;
    return report;
}

PairBuffer ParameterStore::pairBuffer(const Parameter& parameter) const
{
    const PurposeScope purpose(MemoryClass::Workspace);
    const auto options = at::TensorOptions().device(m_device);
    return {at::empty(parameter.spec.sizes, options.dtype(parameter.value.scalar_type())),
        at::empty(parameter.spec.sizes, options.dtype(at::kShort))};
}

void ParameterStore::assign(Parameter& parameter, const at::Tensor& value, PairBuffer* buffer)
{
    const c10::NoGradGuard noGrad;
    if (!parameter.low.defined()) { // FP32, or a 16-bit number that is all there is
        parameter.value.copy_(value);
        return;
    }
    PairBuffer own = buffer ? std::move(*buffer) : pairBuffer(parameter);
    splitTensor(value.to(m_device).contiguous(), own.high, own.low, parameter.escapes);
    parameter.value.copy_(own.high);
    parameter.low.copy_(own.low);
}

std::int64_t ParameterStore::elements() const
{
    std::int64_t count = 0;
    for (const Parameter& parameter : m_parameters)
        count += parameter.elements();
    return count;
}

} // namespace mantissa
