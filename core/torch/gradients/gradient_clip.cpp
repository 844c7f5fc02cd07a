// SPDX-License-Identifier: Apache-2.0
#include "core/torch/gradients/gradient_clip.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

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

bool GradientClip::isFinite(std::size_t tensor) const { return std::isfinite(m_norms[tensor].item<float>()); }

double GradientClip::total() const
{
    std::vector<at::Tensor> set;
    for (const at::Tensor& norm : m_norms)
        if (norm.defined()) // gradients that waited on Host have theirs there
            set.push_back(set.empty() ? norm : norm.to(set.front().device()));
    return at::linalg_vector_norm(at::stack(set), 2).item<double>();
}

double GradientClip::factor(double norm, double limit)
{
    return limit > 0 ? std::min(1.0, limit / (norm + 1e-6)) : 1.0;
}

} // namespace mantissa
