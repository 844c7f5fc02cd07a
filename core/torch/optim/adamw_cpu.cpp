// SPDX-License-Identifier: Apache-2.0
// AdamW in the CPU's memory: our kernels in place, over whatever form and tier the state has.

#include "core/torch/memory/tier_scope.h"
#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/optim/optimizer_list.h"
#include "core/torch/state/random_values.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>

namespace mantissa {

namespace {

constexpr std::int64_t blocksPerTask = 64;

/// The state of a weight as the kernel reads it.
AdamwSlice sliceOf(const PreparedUpdate& update)
{
    AdamwSlice slice;
    if (update.weight.scalar_type() == at::kFloat)
        slice.value = update.weight.mutable_data_ptr<float>();
    else
        slice.high = static_cast<std::uint16_t*>(update.weight.mutable_data_ptr());
    if (update.low.defined())
        slice.low = static_cast<std::uint16_t*>(update.low.mutable_data_ptr());
    const Moments& moments = update.parameter->moments;
    if (moments.isInt8()) {
        slice.m8 = moments.m.mutable_data_ptr<std::int8_t>();
        slice.v8 = moments.v.mutable_data_ptr<std::uint8_t>();
        slice.mScale = moments.mScale.mutable_data_ptr<float>();
        slice.vScale = moments.vScale.mutable_data_ptr<float>();
    } else {
        slice.m = moments.m.mutable_data_ptr<float>();
        slice.v = moments.v.mutable_data_ptr<float>();
    }
    return slice;
}

/// The stretch [first, first + n) of a slice; `first` is a multiple of 256.
AdamwSlice part(AdamwSlice slice, std::int64_t first, std::int64_t n)
{
    const auto advance = [&](auto*& pointer, std::int64_t by) {
        if (pointer)
            pointer += by;
    };
    advance(slice.value, first);
    advance(slice.high, first);
    advance(slice.low, first);
    advance(slice.m, first);
    advance(slice.v, first);
    advance(slice.m8, first);
    advance(slice.v8, first);
    advance(slice.mScale, first / static_cast<std::int64_t>(momentBlock));
    advance(slice.vScale, first / static_cast<std::int64_t>(momentBlock));
    advance(slice.gradient, first);
    advance(slice.gradient16, first);
    slice.first += static_cast<std::uint64_t>(first);
    slice.n = static_cast<std::size_t>(n);
    return slice;
}

bool updateDense(AdamwSlice slice, const at::Tensor& gradient, const AdamwScalars& scalars)
{
    if (gradient.scalar_type() == at::kFloat)
        slice.gradient = gradient.const_data_ptr<float>();
    else
        slice.gradient16 = static_cast<const std::uint16_t*>(gradient.const_data_ptr());
    const std::int64_t n = gradient.numel();
    constexpr auto block = static_cast<std::int64_t>(momentBlock);
    std::atomic<bool> isFinite = true;
    at::parallel_for(0, (n + block - 1) / block, blocksPerTask, [&](std::int64_t begin, std::int64_t end) {
        if (!updateAdamw(part(slice, begin * block, std::min(n, end * block) - begin * block), scalars))
            isFinite = false;
    });
    return isFinite;
}

/// FP32 moments only: a table's rows without a gradient decay all the same.
bool updateRows(const AdamwSlice& slice, const at::Tensor& gradient, const at::Tensor& rows,
    std::int64_t count, const AdamwScalars& scalars)
{
    const std::int64_t width = gradient.size(1);
    const std::vector<std::uint32_t> zeros(static_cast<std::size_t>(width)); // reads as zero in both formats
    const auto* ids = rows.const_data_ptr<std::int64_t>();
    const std::int64_t known = rows.numel();
    std::atomic<bool> isFinite = true;
    at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t next = std::lower_bound(ids, ids + known, begin) - ids;
        for (std::int64_t row = begin; row < end; ++row) {
            AdamwSlice one = part(slice, row * width, width);
            const bool hasGradient = next < known && ids[next] == row;
            const void* from = zeros.data();
            if (hasGradient)
                from = static_cast<const char*>(gradient.const_data_ptr())
                    + next * width * gradient.element_size();
            if (gradient.scalar_type() == at::kFloat)
                one.gradient = static_cast<const float*>(from);
            else
                one.gradient16 = static_cast<const std::uint16_t*>(from);
            next += hasGradient ? 1 : 0;
            if (!updateAdamw(one, scalars))
                isFinite = false;
        }
    });
    return isFinite;
}

class CpuAdamw final : public Optimizer {
public:
    std::string whyNot(const OptimizerUse& use) const override
    {
        return use.device.is_cpu() ? "" : "kernels of the CPU serve moments in its memory";
    }
    bool takesRows() const override { return true; }
    PreparedUpdate prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
        const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& u) const override;
    bool apply(PreparedUpdate& update) const override;
};

/// FP16 pairs pass through FP32; weights on an accelerator visit Host, where the rest of their state is.
PreparedUpdate CpuAdamw::prepare(Parameter& parameter, const at::Tensor& gradient, const at::Tensor& rows,
    const StateFormat& format, const OptimizerConfig& config, const UpdateScalars& u) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    PreparedUpdate update{
        .parameter = &parameter, .rows = rows, .config = config, .scalars = u, .format = format};
    update.gradient = gradient.to(at::kCPU).contiguous();
    if (update.gradient.scalar_type() == at::kHalf
        || (parameter.form() == Precision::Fp32 && update.gradient.scalar_type() != at::kFloat))
        update.gradient = update.gradient.to(at::kFloat);
    if (rows.defined())
        update.rows = rows.cpu();
    if (parameter.form() != Precision::Fp16) {
        update.weight = parameter.value.cpu();
        if (parameter.low.defined())
            update.low = parameter.low.cpu();
        return update;
    }
    update.weight = exactValue(parameter, format.device).cpu();
    update.buffer = pairBuffer(parameter, format.device);
    if (!format.device.is_cpu())
        update.back = at::empty_like(update.weight, update.weight.options().device(format.device));
    return update;
}

bool CpuAdamw::apply(PreparedUpdate& update) const
{
    const c10::NoGradGuard noGrad;
    Parameter& parameter = *update.parameter;
    const OptimizerConfig& c = update.config;
    const UpdateScalars& u = update.scalars;
    const AdamwScalars scalars = adamwScalars(
        u.rate, c.beta1, c.beta2, c.epsilon, parameter.spec.decays ? c.weightDecay : 0, u.t, u.gradientScale);
    AdamwSlice slice = sliceOf(update);
    slice.isStochastic = update.format.master == Master::Stochastic;
    slice.noise = randomStream(u.seed + u.t, parameter.spec.name);
    const bool isFinite = update.rows.defined()
        ? updateRows(slice, update.gradient, update.rows, parameter.spec.sizes[0], scalars)
        : updateDense(slice, update.gradient, scalars);
    if (parameter.form() == Precision::Fp16) {
        const at::Tensor value = update.back.defined() ? update.back.copy_(update.weight) : update.weight;
        assign(parameter, value, update.format.device, &update.buffer);
        return isFinite;
    }
    if (!parameter.value.is_cpu())
        parameter.value.copy_(update.weight);
    if (update.low.defined() && !parameter.low.is_cpu())
        parameter.low.copy_(update.low);
    return isFinite;
}

} // namespace

const Optimizer* adamwCpuOptimizer()
{
    static const CpuAdamw optimizer;
    return &optimizer;
}

} // namespace mantissa
