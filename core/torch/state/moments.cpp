// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/moments.h"

#include "core/torch/optim/adamw_kernel.h"

#include <ATen/ATen.h>

#include <numeric>

namespace mantissa {

std::vector<std::pair<std::string, at::Tensor*>> Moments::parts()
{
    if (!m.defined())
        return {};
    std::vector<std::pair<std::string, at::Tensor*>> parts{{".m", &m}, {".v", &v}};
    if (isInt8()) {
        parts.emplace_back(".m_scale", &mScale);
        parts.emplace_back(".v_scale", &vScale);
    }
    return parts;
}

Moments makeMoments(const std::vector<std::int64_t>& sizes, MomentsFormat format, at::Device device)
{
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    if (format == MomentsFormat::Fp32)
        return {.m = at::zeros(sizes, options), .v = at::zeros(sizes, options)};
    const auto n = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
    const auto block = static_cast<std::int64_t>(momentBlock);
    const std::int64_t blocks = (n + block - 1) / block;
    return {.m = at::zeros(sizes, options.dtype(at::kChar)),
        .v = at::zeros(sizes, options.dtype(at::kByte)),
        .mScale = at::zeros({blocks}, options),
        .vScale = at::zeros({blocks}, options)};
}

Moments copied(const Moments& moments, at::Device device)
{
    const auto copy = [&](const at::Tensor& tensor) {
        return tensor.defined()
            ? tensor.to(device, tensor.scalar_type(), /*non_blocking*/ false, /*copy*/ true)
            : tensor;
    };
    return {copy(moments.m), copy(moments.v), copy(moments.mScale), copy(moments.vScale)};
}

Moments emptyLike(const Moments& moments, at::Device device)
{
    const auto room = [&](const at::Tensor& tensor) {
        return tensor.defined() ? at::empty_like(tensor, tensor.options().device(device)) : tensor;
    };
    return {room(moments.m), room(moments.v), room(moments.mScale), room(moments.vScale)};
}

} // namespace mantissa
