// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/placing.h"

#include "core/base/seconds.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/state/split.h"

#include <ATen/ATen.h>

#include <chrono>
#include <optional>
#include <utility>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

/// Pairs to FP32 on Device; both forms exist until the exact one is done.
void joinOne(Parameter& parameter, const StateFormat& format, CastReport& report)
{
    const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
    at::Tensor exact
        = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(format.device));
    report.mismatches += joinTensor(
        parameter.value.to(format.device), parameter.low.to(format.device), parameter.escapes, exact);
    report.bytes += 8 * parameter.elements();
    parameter.value = std::move(exact);
    parameter.low.reset();
    parameter.escapes.clear();
    parameter.at.form = Precision::Fp32;
    parameter.at.weights = parameter.at.remainder = Tier::Device;
}

/// FP32 to pairs where they will rest; both forms exist until the halves are done.
void splitOne(Parameter& parameter, const Placement& to, const StateFormat& format, CastReport& report)
{
    const auto options = at::TensorOptions().device(format.device);
    const auto tierOf = [&](Tier tier) { return format.device.is_cpu() ? memoryTier(tier) : Tier::Device; };
    at::Tensor high;
    {
        const PurposeScope purpose(tierOf(to.weights), MemoryClass::Weights);
        high = at::empty(parameter.spec.sizes, options.dtype(scalarTypeOf(to.form)));
    }
    const PurposeScope purpose(tierOf(to.remainder), MemoryClass::Remainder);
    at::Tensor low = at::empty(parameter.spec.sizes, options.dtype(at::kShort));
    std::vector<PairEscape> escapes;
    report.mismatches += splitTensor(parameter.value, high, low, escapes);
    low = low.to(format.deviceOf(to.remainder));
    high = high.to(format.deviceOf(to.weights));
    report.escapes += static_cast<std::int64_t>(escapes.size());
    report.bytes += 8 * parameter.elements();
    parameter.value = std::move(high);
    parameter.low = std::move(low);
    parameter.escapes = std::move(escapes);
    parameter.at.form = to.form;
    parameter.at.weights = memoryTier(to.weights);
    parameter.at.remainder = memoryTier(to.remainder);
}

/// A copy on another tier, in the place of the old one once it is whole.
void moveOne(at::Tensor& tensor, Tier& at, Tier to, MemoryClass memoryClass, const StateFormat& format,
    MoveReport& report)
{
    const auto start = Clock::now();
    const PurposeScope purpose(to, memoryClass);
    tensor = tensor.to(format.deviceOf(to), tensor.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
    at = to;
    ++report.tensors;
    report.bytes += static_cast<std::int64_t>(tensor.nbytes());
    report.seconds += secondsSince(start);
}

void moveMoments(Parameter& parameter, Tier to, const StateFormat& format, MoveReport& report,
    std::vector<MomentsTransfer>& transfers)
{
    const auto start = Clock::now();
    const PurposeScope purpose(to, MemoryClass::Moments);
    if (parameter.at.moments == Tier::Host && to == Tier::Device) {
        // room now, since an update allocates nothing; bytes meanwhile
        Moments room = emptyLike(parameter.moments, format.deviceOf(to));
        transfers.push_back({parameter.spec.block, parameter.moments, room});
        parameter.moments = std::move(room);
    } else {
        parameter.moments = copied(parameter.moments, format.deviceOf(to));
    }
    parameter.at.moments = to;
    for (const auto& part : parameter.moments.parts())
        ++report.tensors, report.bytes += static_cast<std::int64_t>(part.second->nbytes());
    report.seconds += secondsSince(start);
}

/// What is to rest on Disk goes there with its whole block.
bool isToMove(const Placement& at, const Placement& to)
{
    const auto moves = [](Tier from, Tier there) { return there != Tier::Disk && from != there; };
    return moves(at.weights, to.weights) || moves(at.remainder, to.remainder)
        || moves(at.moments, to.moments);
}

} // namespace

void placeInMemory(Parameter& parameter, const Placement& to, const StateFormat& format, PlaceReport& report,
    std::vector<MomentsTransfer>& transfers)
{
    if (parameter.form() != to.form) {
        const WorkSpan span(WorkKind::Cast, "cast", parameter.spec.block);
        if (parameter.form() != Precision::Fp32)
            joinOne(parameter, format, report.casts);
        if (to.form != Precision::Fp32)
            splitOne(parameter, to, format, report.casts);
        ++report.casts.tensors;
    }
    Placement& at = parameter.at;
    std::optional<WorkSpan> span;
    if (isToMove(at, to))
        span.emplace(WorkKind::Move, "move", parameter.spec.block);
    if (to.weights != Tier::Disk && at.weights != to.weights)
        moveOne(parameter.value, at.weights, to.weights, MemoryClass::Weights, format, report.moves);
    if (to.remainder != Tier::Disk && at.remainder != to.remainder) {
        if (parameter.low.defined())
            moveOne(parameter.low, at.remainder, to.remainder, MemoryClass::Remainder, format, report.moves);
        at.remainder = to.remainder;
    }
    if (to.moments != Tier::Disk && at.moments != to.moments) {
        if (parameter.spec.trains)
            moveMoments(parameter, to.moments, format, report.moves, transfers);
        at.moments = to.moments;
    }
}

} // namespace mantissa
