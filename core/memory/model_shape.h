// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as sizes only: what the estimate needs to know and what the engine builds.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

enum class ModelKind { Gpt, Convnet, Mlp };
std::string_view nameOf(ModelKind kind);
Result<ModelKind> parseModelKind(std::string_view name);

/// The `model` section of a config. Sizes in elements.
struct ModelConfig {
    ModelKind kind = ModelKind::Gpt;
    std::int64_t layers = 4;
    std::int64_t width = 128; ///< of the residual stream; channels of the first convolution; hidden units
    std::int64_t heads = 4;
    std::int64_t ffn = 0; ///< 0: four times the width
    std::int64_t context = 64;
    std::int64_t vocab = 256;
    double dropout = 0;
    bool tied = true; ///< the head shares the token embedding
    friend bool operator==(const ModelConfig&, const ModelConfig&) = default;
};

/// One learned tensor. Names are those of the saved files.
struct TensorShape {
    std::string name;
    std::vector<std::int64_t> sizes;
    std::int64_t elements() const;
};

/// Every learned tensor of a model, in the order of its blocks.
std::vector<TensorShape> tensorsOf(const ModelConfig& model);
std::int64_t parameterCount(const ModelConfig& model);
std::int64_t largestTensor(const ModelConfig& model);

/// Bytes that one forward and backward pass needs beside weights, for a batch of `samples` (sequences or images).
struct ActivationBytes {
    std::int64_t savedForBackward = 0; ///< live when the forward pass ends, without the loss
    std::int64_t lossBytes = 0;        ///< logits in FP32, their softmax and their gradient
    std::int64_t forwardOnly = 0;      ///< the most that a pass without graph holds at once
};
/// `bytes` is the width of the compute format.
ActivationBytes activationBytes(const ModelConfig& model, std::int64_t samples, std::int64_t bytes);

constexpr std::int64_t imageSide = 28;
constexpr std::int64_t imageClasses = 10;

} // namespace mantissa
