// SPDX-License-Identifier: Apache-2.0
// AdamW by LibTorch's own operations, one weight at a time: for accelerators that our kernels were not built
// for.

#include "core/torch/memory/tier_scope.h"
#include "core/torch/optim/optimizer_list.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace mantissa {

namespace {

class StockAdamw final : public Optimizer {
public:
    std::string whyNot(const OptimizerUse& use) const override
    {
        if (use.device.is_cpu())
            return "stock operations are for accelerators alone";
        if (use.moments == MomentsFormat::Int8)
            return "stock operations know no int8 moments";
        return use.master == Master::Exact ? "" : "stock operations round to nearest in silence";
    }
    bool takesRows() const override { return false; }

    PreparedUpdate prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
        const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& u) const override
    {
        const c10::NoGradGuard noGrad;
        const PurposeScope purpose(MemoryClass::Workspace);
        PreparedUpdate update{.parameter = &parameter,
            .weight = exactValue(parameter, format.device),
            .gradient = gradient.to(format.device, at::kFloat, /*non_blocking*/ false, /*copy*/ true),
            .rows = rows,
            .config = config,
            .scalars = u,
            .format = format};
        update.back = at::full({}, static_cast<double>(u.t), update.weight.options()); // the count of updates
        if (parameter.low.defined())
            update.buffer = pairBuffer(parameter, format.device);
        return update;
    }

    void apply(PreparedUpdate& update, const at::Tensor& notFinite) const override
    {
        const c10::NoGradGuard noGrad;
        const PurposeScope purpose(MemoryClass::Workspace);
        Parameter& parameter = *update.parameter;
        const OptimizerConfig& c = update.config;
        if (update.scalars.gradientScale != 1)
            update.gradient.mul_(update.scalars.gradientScale);
        at::_fused_adamw_({update.weight}, {update.gradient}, {parameter.moments.m}, {parameter.moments.v},
            /*max_exp_avg_sqs*/ {}, {update.back}, update.scalars.rate, c.beta1, c.beta2,
            parameter.spec.decays ? c.weightDecay : 0, c.epsilon, /*amsgrad*/ false, /*maximize*/ false, {},
            {});
        // the gradient's room is free now, so that looking for what is not finite allocates nothing new
        notFinite.add_(update.gradient.copy_(update.weight).mul_(0).sum().ne(0));
        if (parameter.form() != Precision::Fp32)
            assign(parameter, update.weight, update.format.device, &update.buffer);
    }
};

} // namespace

const Optimizer* adamwStockOptimizer()
{
    static const StockAdamw optimizer;
    return &optimizer;
}

} // namespace mantissa
