// SPDX-License-Identifier: Apache-2.0
#pragma once

// The norm of all gradients, as clip_grad_norm_ takes it: of each tensor, then of those in the order of the
// model.

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace mantissa {

/// L2 norm of one gradient in FP32; 16-bit ones in stretches, so that no FP32 copy of the whole exists.
at::Tensor gradientNorm(const at::Tensor& gradient);

class GradientClip {
public:
    void begin(std::size_t tensors) { m_norms.assign(tensors, {}); }
    void set(std::size_t tensor, at::Tensor norm) { m_norms[tensor] = std::move(norm); }
    bool isEmpty() const { return m_norms.empty(); }
    void clear() { m_norms.clear(); }
    /// FP32 [tensors.size()] on Host, in their order: one copy of all that are on a device.
    at::Tensor onHost(std::span<const std::size_t> tensors) const;
    /// Of all that were set.
    double total() const;
    /// What gradients of this norm are multiplied by; 0 as the limit: no clipping.
    static double factor(double norm, double limit);

private:
    std::vector<at::Tensor> m_norms{}; ///< by tensor; undefined where it does not train
};

} // namespace mantissa
