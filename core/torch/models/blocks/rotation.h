// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rotary positions: the first elements of each head turn by an angle that grows with the position.

#include "core/model/rotary_form.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mantissa {

/// Cosines and sines of the positions first … first + length - 1, computed in FP32 and rounded once: [1,
/// length, 1, width / 2].
class Rotation {
public:
    Rotation(const RotaryForm& form, std::int64_t first, std::int64_t length, const at::Tensor& like);

    /// Of [batch, length, heads, headWidth]; halves turn against each other.
    at::Tensor applied(const at::Tensor& x) const;

private:
    std::int64_t m_width;
    at::Tensor m_cosine{};
    at::Tensor m_sine{};
};

} // namespace mantissa
