// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/parameter.h"

#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace mantissa {

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

Tier StateFormat::pairTier(Tier tier) const { return device.is_cpu() ? memoryTier(tier) : Tier::Host; }

MomentsFormat momentsFormatOf(const TensorDescription& tensor, MomentsFormat chosen)
{
    return tensor.keepsFp32Moments ? MomentsFormat::Fp32 : chosen;
}

namespace {

/// Elements: halves that come from another device are joined a piece at a time, so that no second copy of a
/// whole weight waits there.
constexpr std::int64_t arrivingPiece = 1 << 21;

/// Those of `count` elements from `first` on, counted from there; they stand in order.
std::vector<PairEscape> escapesIn(
    const std::vector<PairEscape>& escapes, std::int64_t first, std::int64_t count)
{
    const auto isBefore = [](const PairEscape& escape, std::int64_t index) { return escape.index < index; };
    const auto begin = std::lower_bound(escapes.begin(), escapes.end(), first, isBefore);
    const auto end = std::lower_bound(begin, escapes.end(), first + count, isBefore);
    std::vector<PairEscape> part(begin, end);
    for (PairEscape& escape : part)
        escape.index -= first;
    return part;
}

} // namespace

at::Tensor exactValue(const Parameter& parameter, at::Device device)
{
    const c10::NoGradGuard noGrad;
    if (parameter.form() == Precision::Fp32)
        return parameter.value.to(device);
    at::Tensor exact = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(device));
    const at::Tensor high = parameter.value.flatten();
    const at::Tensor low = parameter.low.defined() ? parameter.low.flatten() : parameter.low;
    const bool isThere = high.device() == device && (!low.defined() || low.device() == device);
    const std::int64_t n = parameter.elements();
    const std::int64_t piece = isThere ? std::max<std::int64_t>(1, n) : arrivingPiece;
    for (std::int64_t first = 0; first < n; first += piece) {
        const std::int64_t count = std::min(piece, n - first);
        const at::Tensor to = exact.flatten().narrow(0, first, count);
        const PurposeScope purpose(MemoryClass::Workspace);
        if (low.defined())
            joinInto(high.narrow(0, first, count).to(device), low.narrow(0, first, count).to(device),
                escapesIn(parameter.escapes, first, count), to);
        else
            to.copy_(high.narrow(0, first, count).to(device));
    }
    return exact;
}

PairBuffer pairBuffer(const Parameter& parameter, at::Device device)
{
    const PurposeScope purpose(MemoryClass::Workspace);
    const auto options = at::TensorOptions().device(device);
    return {at::empty(parameter.spec.sizes, options.dtype(parameter.value.scalar_type())),
        at::empty(parameter.spec.sizes, options.dtype(at::kShort)),
        splitRoom(parameter.value.scalar_type(), parameter.elements(), device)};
}

void assign(Parameter& parameter, const at::Tensor& value, at::Device device, PairBuffer* buffer)
{
    const c10::NoGradGuard noGrad;
    if (!parameter.low.defined()) { // FP32, or a 16-bit number that is all there is
        parameter.value.copy_(value);
        return;
    }
    PairBuffer own = buffer ? std::move(*buffer) : pairBuffer(parameter, device);
    std::vector<PairEscape> escapes;
    splitTensor(value.to(device).contiguous(), own.high, own.low, escapes, own.room);
    parameter.value.copy_(own.high);
    parameter.low.copy_(own.low);
    parameter.escapes = std::move(escapes);
}

} // namespace mantissa
