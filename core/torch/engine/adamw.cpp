// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/adamw.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/pair_adamw.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <ATen/Parallel.h>

namespace mantissa {

namespace {

constexpr std::int64_t grain = 1 << 14;

void fusedAdamw(at::TensorList values, at::TensorList gradients, at::TensorList m, at::TensorList v, const OptimizerConfig& c,
    double rate, double decay, std::int64_t t)
{
    const std::vector<at::Tensor> steps(values.size(), at::full({}, static_cast<double>(t), at::kFloat).to(values[0].device()));
    at::_fused_adamw_(values, gradients, m, v, /*max_exp_avg_sqs*/ {}, steps, rate, c.beta1, c.beta2, decay, c.epsilon,
        /*amsgrad*/ false, /*maximize*/ false, {}, {});
}

} // namespace

double gradientNorm(const std::vector<at::Tensor>& gradients)
{
    std::vector<at::Tensor> norms;
    norms.reserve(gradients.size());
    for (const at::Tensor& gradient : gradients)
        norms.push_back(at::linalg_vector_norm(gradient, 2, {}, false, at::kFloat));
    return at::linalg_vector_norm(at::stack(norms), 2).item<double>();
}

void Adamw::updateFp32(ParameterStore& store, const std::vector<at::Tensor>& gradients, double rate, std::int64_t t,
    double gradientScale) const
{
    for (const bool decays : {true, false}) {
        std::vector<at::Tensor> values;
        std::vector<at::Tensor> own;
        std::vector<at::Tensor> m;
        std::vector<at::Tensor> v;
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const Parameter& parameter = store.parameters()[i];
            if (parameter.decays != decays)
                continue;
            at::Tensor gradient = gradients[i];
            if (gradientScale != 1)
                gradient.mul_(gradientScale);
            values.push_back(parameter.value.detach());
            own.push_back(gradient.to(at::kFloat));
            m.push_back(parameter.m);
            v.push_back(parameter.v);
        }
        if (!values.empty())
            fusedAdamw(values, own, m, v, m_config, rate, decays ? m_config.weightDecay : 0, t);
    }
}

void Adamw::updatePair(ParameterStore& store, Parameter& parameter, const at::Tensor& gradient, double rate, std::int64_t t,
    double gradientScale) const
{
    const double decay = parameter.decays ? m_config.weightDecay : 0;
    const at::Tensor dense = gradient.contiguous();
    const bool fits = parameter.form == Precision::Bf16 && store.device().is_cpu()
        && (dense.scalar_type() == at::kFloat || dense.scalar_type() == at::kBFloat16);
    if (!fits) { // FP16 pairs, and pairs on a device: one tensor at a time in FP32, through the same fused kernel
        const PurposeScope purpose(MemoryClass::Workspace);
        at::Tensor exact = store.exactValue(parameter);
        const at::Tensor scaled = dense.to(at::kFloat, false, /*copy*/ true).mul_(gradientScale);
        fusedAdamw({exact}, {scaled}, {parameter.m}, {parameter.v}, m_config, rate, decay, t);
        store.assign(parameter, exact);
        return;
    }
    const AdamwScalars scalars
        = adamwScalars(rate, m_config.beta1, m_config.beta2, m_config.epsilon, decay, t, gradientScale);
    auto* high = static_cast<std::uint16_t*>(parameter.value.mutable_data_ptr());
    auto* low = static_cast<std::uint16_t*>(parameter.low.mutable_data_ptr());
    auto* m = parameter.m.mutable_data_ptr<float>();
    auto* v = parameter.v.mutable_data_ptr<float>();
    const void* source = dense.const_data_ptr();
    const bool isFloat = dense.scalar_type() == at::kFloat;
    at::parallel_for(0, dense.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto n = static_cast<std::size_t>(end - begin);
        if (isFloat)
            updatePairs(high + begin, low + begin, m + begin, v + begin, static_cast<const float*>(source) + begin, n, scalars);
        else
            updatePairs(
                high + begin, low + begin, m + begin, v + begin, static_cast<const std::uint16_t*>(source) + begin, n, scalars);
    });
}

void Adamw::update(ParameterStore& store, const std::vector<at::Tensor>& gradients, double rate, std::int64_t t,
    double gradientScale) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    if (store.form() == Precision::Fp32) {
        updateFp32(store, gradients, rate, t, gradientScale);
        return;
    }
    for (std::size_t i = 0; i < gradients.size(); ++i)
        updatePair(store, store.parameters()[i], gradients[i], rate, t, gradientScale);
}

} // namespace mantissa
