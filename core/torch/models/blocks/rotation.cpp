// SPDX-License-Identifier: Apache-2.0
#include "core/torch/models/blocks/rotation.h"

#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>

namespace mantissa {

Rotation::Rotation(std::int64_t length, std::int64_t width, double base, const at::Tensor& like)
    : m_width(width)
{
    const PurposeScope purpose(MemoryClass::Workspace);
    const std::int64_t half = width / 2;
    const auto options = like.options().dtype(at::kFloat).requires_grad(false);
    const at::Tensor frequency
        = at::pow(base, at::arange(half, options) * (-1.0 / static_cast<double>(half)));
    const at::Tensor angle = at::outer(at::arange(length, options), frequency).view({1, length, 1, half});
    m_cosine = angle.cos().to(like.scalar_type());
    m_sine = angle.sin().to(like.scalar_type());
}

at::Tensor Rotation::applied(const at::Tensor& x) const
{
    if (m_width == x.size(-1)) {
        const auto halves = x.chunk(2, -1);
        return at::cat(
            {halves[0] * m_cosine - halves[1] * m_sine, halves[1] * m_cosine + halves[0] * m_sine}, -1);
    }
    const auto halves = x.narrow(-1, 0, m_width).chunk(2, -1);
    return at::cat({halves[0] * m_cosine - halves[1] * m_sine, halves[1] * m_cosine + halves[0] * m_sine,
                       x.narrow(-1, m_width, x.size(-1) - m_width)},
        -1);
}

} // namespace mantissa
