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

at::Tensor exactValue(const Parameter& parameter, at::Device device)
{
    const c10::NoGradGuard noGrad;
    if (parameter.form() == Precision::Fp32)
        return parameter.value.to(device);
    const at::Tensor high = parameter.value.to(device);
    if (!parameter.low.defined())
        return high.to(at::kFloat);
    at::Tensor exact = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(device));
    joinInto(high, parameter.low.to(device), parameter.escapes, exact);
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
