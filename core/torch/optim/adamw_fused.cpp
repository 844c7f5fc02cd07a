// SPDX-License-Identifier: Apache-2.0
// AdamW by our operator, in place where the moments are, over whatever form the weights have.

#include "core/torch/memory/tier_scope.h"
#include "core/torch/operators/operators.h"
#include "core/torch/optim/optimizer_list.h"
#include "core/torch/state/random_values.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace mantissa {

namespace {

class FusedAdamw final : public Optimizer {
public:
    std::string whyNot(const OptimizerUse& use) const override
    {
        return ops::areThere(use.device.type()) ? "" : "the program was built without kernels for it";
    }
    bool takesRows() const override { return true; }
    PreparedUpdate prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
        const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& u) const override;
    void apply(PreparedUpdate& update, const at::Tensor& notFinite) const override;
};

/// What is elsewhere visits the moments: weights on Device with moments on Host, or the reverse. FP16 pairs
/// pass through FP32.
PreparedUpdate FusedAdamw::prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
    const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& u) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    const at::Device where = parameter.moments.m.device();
    PreparedUpdate update{
        .parameter = &parameter, .rows = rows, .config = config, .scalars = u, .format = format};
    update.gradient = gradient.to(where).contiguous();
    if (update.gradient.scalar_type() == at::kHalf
        || (parameter.form() == Precision::Fp32 && update.gradient.scalar_type() != at::kFloat))
        update.gradient = update.gradient.to(at::kFloat);
    if (rows.defined())
        update.rows = rows.to(where);
    if (parameter.form() != Precision::Fp16) {
        update.weight = parameter.value.to(where);
        if (parameter.low.defined())
            update.low = parameter.low.to(where);
        return update;
    }
    update.weight = exactValue(parameter, format.device).to(where);
    update.buffer = pairBuffer(parameter, format.device);
    if (where != format.device)
        update.back = at::empty_like(update.weight, update.weight.options().device(format.device));
    return update;
}

void FusedAdamw::apply(PreparedUpdate& update, const at::Tensor& notFinite) const
{
    const c10::NoGradGuard noGrad;
    Parameter& parameter = *update.parameter;
    const OptimizerConfig& c = update.config;
    const UpdateScalars& u = update.scalars;
    const AdamwScalars scalars = adamwScalars(
        u.rate, c.beta1, c.beta2, c.epsilon, parameter.spec.decays ? c.weightDecay : 0, u.t, u.gradientScale);
    const Moments& moments = parameter.moments;
    ops::AdamwState state{.m = moments.m, .v = moments.v, .mScale = moments.mScale, .vScale = moments.vScale};
    (update.weight.scalar_type() == at::kFloat ? state.value : state.high) = update.weight;
    state.low = update.low;
    ops::adamw(state, update.gradient, update.rows, scalars,
        {update.format.master == Master::Stochastic, randomStream(u.seed + u.t, parameter.spec.name)},
        notFinite);
    if (parameter.form() == Precision::Fp16) {
        const at::Tensor value = update.back.defined() ? update.back.copy_(update.weight) : update.weight;
        assign(parameter, value, update.format.device, &update.buffer);
        return;
    }
    if (!parameter.value.is_same(update.weight))
        parameter.value.copy_(update.weight);
    if (update.low.defined() && !parameter.low.is_same(update.low))
        parameter.low.copy_(update.low);
}

} // namespace

const Optimizer* adamwFusedOptimizer()
{
    static const FusedAdamw optimizer;
    return &optimizer;
}

} // namespace mantissa
