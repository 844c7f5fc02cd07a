// SPDX-License-Identifier: Apache-2.0
#include "core/torch/weights/parameter_store.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/split.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <chrono>

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

at::Device ParameterStore::deviceOf(Tier tier) const { return tier == Tier::Device ? m_device : at::Device(at::kCPU); }

void ParameterStore::add(std::string name, bool decays, at::Tensor value)
{
    Parameter parameter{.name = std::move(name), .decays = decays, .value = std::move(value)};
    {
        const PurposeScope purpose(m_momentsTier, MemoryClass::Moments);
        parameter.m = at::zeros_like(parameter.value);
        parameter.v = at::zeros_like(parameter.value);
    }
    parameter.value.requires_grad_();
    m_parameters.push_back(std::move(parameter));
}

at::Tensor ParameterStore::exactValue(const Parameter& parameter) const
{
    const c10::NoGradGuard noGrad;
    if (parameter.form == Precision::Fp32)
        return parameter.value.detach();
    at::Tensor exact = at::empty(parameter.value.sizes(), parameter.value.options().dtype(at::kFloat).requires_grad(false));
    joinTensor(parameter.value.detach(), parameter.low.to(m_device), parameter.escapes, exact);
    return exact;
}

void ParameterStore::castOne(Parameter& parameter, Precision form, Tier tier, CastReport& report)
{
    const std::int64_t n = parameter.value.numel();
    at::Tensor exact;
    if (parameter.form == Precision::Fp32) {
        exact = parameter.value.detach();
    } else {
        const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
        exact = at::empty(parameter.value.sizes(), at::TensorOptions().dtype(at::kFloat).device(m_device));
        report.mismatches += joinTensor(parameter.value.detach(), parameter.low.to(m_device), parameter.escapes, exact);
        parameter.low.reset();
        parameter.escapes.clear();
        report.bytes += 8 * n;
    }
    parameter.value.reset(); // before the new form is made: a cast never holds a tensor three times
    if (form == Precision::Fp32) {
        parameter.value = exact;
    } else {
        at::Tensor high;
        {
            const PurposeScope purpose(Tier::Device, MemoryClass::Weights);
            high = at::empty(exact.sizes(), at::TensorOptions().dtype(scalarTypeOf(form)).device(m_device));
        }
        const PurposeScope purpose(tier, MemoryClass::Remainder);
        at::Tensor low = at::empty(exact.sizes(), at::TensorOptions().dtype(at::kShort).device(m_device));
        report.mismatches += splitTensor(exact, high, low, parameter.escapes);
        parameter.low = low.to(deviceOf(tier));
        parameter.value = high;
        report.escapes += static_cast<std::int64_t>(parameter.escapes.size());
        report.bytes += 8 * n;
    }
    parameter.form = form;
    parameter.value.requires_grad_();
    ++report.tensors;
}

CastReport ParameterStore::cast(Precision form, Tier tier)
{
    CastReport report;
    const c10::NoGradGuard noGrad;
    const auto start = std::chrono::steady_clock::now();
    dropGradients();
    for (Parameter& parameter : m_parameters) {
        if (parameter.form != form) {
            castOne(parameter, form, tier, report);
        } else if (form != Precision::Fp32 && tier != m_remainderTier) {
            const PurposeScope purpose(tier, MemoryClass::Remainder);
            parameter.low = parameter.low.to(deviceOf(tier), at::kShort, /*non_blocking*/ false, /*copy*/ true);
        }
    }
    m_form = form;
    m_remainderTier = tier;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

MoveReport ParameterStore::moveMoments(Tier tier)
{
    MoveReport report;
    if (tier == m_momentsTier)
        return report;
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(tier, MemoryClass::Moments);
    for (Parameter& parameter : m_parameters)
        for (at::Tensor* moment : {&parameter.m, &parameter.v}) {
            *moment = moment->to(deviceOf(tier), at::kFloat, /*non_blocking*/ false, /*copy*/ true);
            ++report.tensors;
            report.bytes += moment->numel() * 4;
        }
    m_momentsTier = tier;
    return report;
}

void ParameterStore::assign(Parameter& parameter, const at::Tensor& value)
{
    const c10::NoGradGuard noGrad;
    if (parameter.form == Precision::Fp32) {
        parameter.value.copy_(value);
        return;
    }
    at::Tensor high = parameter.value.detach();
    const PurposeScope purpose(MemoryClass::Workspace);
    at::Tensor low = at::empty(high.sizes(), at::TensorOptions().dtype(at::kShort).device(m_device));
    splitTensor(value.to(m_device).contiguous(), high, low, parameter.escapes);
    parameter.low.copy_(low);
}

std::vector<at::Tensor> ParameterStore::values() const
{
    std::vector<at::Tensor> values;
    values.reserve(m_parameters.size());
    for (const Parameter& parameter : m_parameters)
        values.push_back(parameter.value);
    return values;
}

std::int64_t ParameterStore::elements() const
{
    std::int64_t count = 0;
    for (const Parameter& parameter : m_parameters)
        count += parameter.value.numel();
    return count;
}

void ParameterStore::dropGradients()
{
    for (Parameter& parameter : m_parameters)
        if (parameter.value.defined())
            parameter.value.mutable_grad().reset();
}

} // namespace mantissa
