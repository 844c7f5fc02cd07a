// SPDX-License-Identifier: Apache-2.0
#pragma once

// The operators of core/torch/kernels/cpu (namespace "mantissa"): results are written into tensors that the
// caller has made. They have kernels for the CPU, which a simulated card runs as well.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mantissa::ops {

/// Tensors of attention and of its gradient: [batch, heads, length, width], of any strides but the last.
struct AttentionOperands {
    at::Tensor query{};
    at::Tensor key{};
    at::Tensor value{};
    at::Tensor output{};
    at::Tensor logSumExp{}; ///< FP32 [batch, heads, length]
    double scale = 1;
    std::int64_t window = 0; ///< 0: none
};
void attention(const AttentionOperands& operands);
void attentionBackward(const at::Tensor& toOutput, const AttentionOperands& operands,
    const at::Tensor& toQuery, const at::Tensor& toKey, const at::Tensor& toValue);

/// [rows, width] each; `kind` counts ActivationKind; without `up` the activation alone.
void activation(std::int64_t kind, const at::Tensor& gate, const at::Tensor& up, const at::Tensor& output);
void activationBackward(std::int64_t kind, const at::Tensor& toOutput, const at::Tensor& gate,
    const at::Tensor& up, const at::Tensor& toGate, const at::Tensor& toUp);

/// Dense rows. `mean` FP32 [rows], undefined for RMS norm; `factor` FP32 [rows].
struct NormOperands {
    at::Tensor input{};
    at::Tensor weight{}; ///< undefined: ones
    at::Tensor bias{};
    at::Tensor mean{};
    at::Tensor factor{};
    double epsilon = 0;
    double weightOffset = 0;
};
void norm(const NormOperands& operands, const at::Tensor& output);
/// Gradients that are undefined are not wanted.
void normBackward(const at::Tensor& toOutput, const NormOperands& operands, const at::Tensor& toInput,
    const at::Tensor& toWeight, const at::Tensor& toBias);

/// map [samples, channels, height, width], pooled [.., height / 2, width / 2], places uint8 of pooled's
/// sizes.
void pool(const at::Tensor& map, const at::Tensor& pooled, const at::Tensor& places);
void poolBackward(const at::Tensor& toPooled, const at::Tensor& places, const at::Tensor& toMap);

/// input [samples, length, heads, width] dense but for the step from position to position; output dense;
/// cosine and sine FP32 [length, turned / 2].
void rotation(const at::Tensor& input, const at::Tensor& cosine, const at::Tensor& sine,
    const at::Tensor& output, bool turnsBack);

} // namespace mantissa::ops
