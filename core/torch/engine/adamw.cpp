// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/adamw.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/adamw_kernel.h"
#include "core/torch/weights/random_values.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>

namespace mantissa {

namespace {

constexpr std::int64_t blocksPerTask = 64;

/// The state of a weight as the kernel reads it; all on the CPU.
AdamwSlice sliceOf(const Parameter& parameter, const at::Tensor& weight)
{
    AdamwSlice slice;
    if (weight.scalar_type() == at::kFloat) {
        slice.value = weight.mutable_data_ptr<float>();
    } else {
        slice.high = static_cast<std::uint16_t*>(weight.mutable_data_ptr());
        if (parameter.low.defined())
            slice.low = static_cast<std::uint16_t*>(parameter.low.mutable_data_ptr());
    }
    const Moments& moments = parameter.moments;
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
    slice.noise += static_cast<std::uint64_t>(first) * 0x9E3779B97F4A7C15ull;
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

/// State on an accelerator: stock operations, one weight at a time.
void updateOnDevice(ParameterStore& store, Parameter& parameter, const at::Tensor& gradient,
    const OptimizerConfig& c, const UpdateScalars& u, double decay)
{
    TORCH_CHECK(!parameter.moments.isInt8(), "int8 moments on ", store.device().str(),
        " are not there yet; put moments on host");
    at::Tensor exact = store.exactValue(parameter);
    at::Tensor scaled = gradient.to(store.device(), at::kFloat, /*non_blocking*/ false, /*copy*/ true);
    if (u.gradientScale != 1)
        scaled.mul_(u.gradientScale);
    const at::Tensor t = at::full(
        {}, static_cast<double>(u.t), at::TensorOptions().dtype(at::kFloat).device(store.device()));
    at::_fused_adamw_({exact}, {scaled}, {parameter.moments.m}, {parameter.moments.v}, /*max_exp_avg_sqs*/ {},
        {t}, u.rate, c.beta1, c.beta2, decay, c.epsilon, /*amsgrad*/ false, /*maximize*/ false, {}, {});
    if (parameter.form != Precision::Fp32)
        store.assign(parameter, exact);
}

} // namespace

at::Tensor gradientNorm(const at::Tensor& gradient)
{
    constexpr std::int64_t stretch = 1 << 20;
    if (gradient.scalar_type() == at::kFloat || gradient.numel() <= stretch)
        return at::linalg_vector_norm(gradient, 2, {}, false, at::kFloat);
    std::vector<at::Tensor> norms;
    for (const at::Tensor& part : gradient.flatten().split(stretch))
        norms.push_back(at::linalg_vector_norm(part, 2, {}, false, at::kFloat));
    return at::linalg_vector_norm(at::stack(norms), 2);
}

bool updateParameter(ParameterStore& store, Parameter& parameter, const at::Tensor& gradient,
    const at::Tensor& rows, const OptimizerConfig& config, const UpdateScalars& u)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    const double decay = parameter.spec.decays ? config.weightDecay : 0;
    if (!parameter.moments.m.is_cpu()) {
        updateOnDevice(store, parameter, gradient, config, u, decay);
        return true;
    }
    const AdamwScalars scalars
        = adamwScalars(u.rate, config.beta1, config.beta2, config.epsilon, decay, u.t, u.gradientScale);
    at::Tensor own = gradient.to(at::kCPU).contiguous();
    if (own.scalar_type() == at::kHalf
        || (parameter.form == Precision::Fp32 && own.scalar_type() != at::kFloat))
        own = own.to(at::kFloat);
    // FP16 pairs pass through FP32; weights on an accelerator visit Host, where the rest of their state is.
    // Whatever is allocated is so before the first bit changes: an update that runs out of memory has not
    // begun.
    const bool isFp16 = parameter.form == Precision::Fp16;
    at::Tensor weight = isFp16 ? store.exactValue(parameter).cpu() : parameter.value.cpu();
    PairBuffer buffer;
    if (isFp16)
        buffer = store.pairBuffer(parameter);
    AdamwSlice slice = sliceOf(parameter, weight);
    slice.low = isFp16 ? nullptr : slice.low;
    slice.isStochastic = store.master() == Master::Stochastic;
    slice.noise = randomStream(u.seed + u.t, parameter.spec.name);
    const bool isFinite = rows.defined() ? updateRows(slice, own, rows, parameter.spec.sizes[0], scalars)
                                         : updateDense(slice, own, scalars);
    if (isFp16)
        store.assign(parameter, weight, &buffer);
    else if (!parameter.value.is_cpu())
        parameter.value.copy_(weight);
    return isFinite;
}

} // namespace mantissa
