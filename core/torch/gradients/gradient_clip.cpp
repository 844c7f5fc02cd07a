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

at::Tensor GradientClip::onHost(std::span<const std::size_t> tensors) const
{
    at::Tensor norms = at::empty({static_cast<std::int64_t>(tensors.size())}, at::kFloat);
    std::vector<at::Tensor> elsewhere;
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const at::Tensor& norm = m_norms[tensors[i]];
        if (norm.is_cpu()) { // of a gradient that waits on Host
            norms[static_cast<std::int64_t>(i)] = norm;
        } else {
            elsewhere.push_back(norm);
            places.push_back(static_cast<std::int64_t>(i));
        }
    }
    if (!elsewhere.empty())
        norms.index_copy_(0, at::tensor(places, at::kLong), at::stack(elsewhere).cpu());
    return norms;
}

double GradientClip::total() const
{
    std::vector<std::size_t> set;
    for (std::size_t tensor = 0; tensor < m_norms.size(); ++tensor)
        if (m_norms[tensor].defined())
            set.push_back(tensor);
    return at::linalg_vector_norm(onHost(set), 2).item<double>();
}

double GradientClip::factor(double norm, double limit)
{
    return limit > 0 ? std::min(1.0, limit / (norm + 1e-6)) : 1.0;
}

} // namespace mantissa
