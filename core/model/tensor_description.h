// SPDX-License-Identifier: Apache-2.0
#pragma once

// One learned tensor of a model: what it is for, and how training treats it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// What a block reads the tensor for. The weights come first, each followed by its bias.
enum class TensorRole {
    TokenEmbedding,
    PositionEmbedding,
    AttentionNorm,
    AttentionNormBias,
    QueryKeyValue, ///< in one matrix
    QueryKeyValueBias,
    Query,
    QueryBias,
    Key,
    KeyBias,
    Value,
    ValueBias,
    QueryNorm,
    KeyNorm,
    AttentionOutput,
    AttentionOutputBias,
    PostAttentionNorm, ///< of what attention adds
    MlpNorm,
    MlpNormBias,
    GateUp, ///< in one matrix
    Gate,
    GateBias,
    Up,
    UpBias,
    Down,
    DownBias,
    PostMlpNorm, ///< of what the MLP adds
    FinalNorm,
    FinalNormBias,
    Projection, ///< of states to logits
    Kernel, ///< of a convolution
    KernelBias,
    Linear,
    LinearBias,
};

/// "attention", "mlp", "norm", "embedding", "projection"; empty for models of images.
std::string_view groupOf(TensorRole role);

/// How a fresh tensor is filled.
struct Initialiser {
    enum class Kind { Zeros, Ones, Normal, Uniform } kind = Kind::Zeros;
    double scale = 0; ///< standard deviation, or the bound of a uniform
};

struct TensorDescription {
    std::string name{}; ///< as in saved files; random numbers depend on it
    std::vector<std::int64_t> sizes{};
    TensorRole role = TensorRole::Linear;
    std::string part{}; ///< what it is looked at together with: "blocks.3.attention"
    Initialiser initialiser{};
    bool trains = true; ///< false: frozen; it has neither gradient nor optimizer state
    bool decays = false; ///< weight decay applies (matrices)
    bool keepsFp32Moments = false; ///< norms, biases, embeddings and small tensors: int8 moments would save
                                   ///< little and cost quality (Dettmers 2022)
    std::size_t block = 0; ///< that owns it
    std::size_t index = 0; ///< its place among the model's tensors

    std::int64_t elements() const;
};

} // namespace mantissa
