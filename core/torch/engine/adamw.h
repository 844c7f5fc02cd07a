// SPDX-License-Identifier: Apache-2.0
#pragma once

// One optimizer update over a ParameterStore in whatever form it is: the arithmetic is FP32 AdamW in each.

#include "core/record/run_config.h"
#include "core/torch/weights/parameter_store.h"

#include <vector>

namespace mantissa {

class Adamw {
public:
    explicit Adamw(const OptimizerConfig& config)
        : m_config(config)
    {
    }

    /// `gradients` are those of the store's parameters, in its order, multiplied by `gradientScale` before use.
    /// `t` counts updates from 1.
    void update(ParameterStore& store, const std::vector<at::Tensor>& gradients, double rate, std::int64_t t,
        double gradientScale) const;

private:
    void updateFp32(ParameterStore& store, const std::vector<at::Tensor>& gradients, double rate, std::int64_t t,
        double gradientScale) const;
    void updatePair(ParameterStore& store, Parameter& parameter, const at::Tensor& gradient, double rate, std::int64_t t,
        double gradientScale) const;

    OptimizerConfig m_config;
};

/// Global L2 norm over all gradients in FP32, as clip_grad_norm_ takes it.
double gradientNorm(const std::vector<at::Tensor>& gradients);

} // namespace mantissa
