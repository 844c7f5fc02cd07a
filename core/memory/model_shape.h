// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as sizes only: what the estimate needs to know and what the engine builds.

#include "core/base/result.h"
#include "core/precision/precision.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

enum class ModelKind { Gpt, Llama, Convnet, Mlp };
/// True for the kinds that read token ids.
constexpr bool readsText(ModelKind kind) { return kind == ModelKind::Gpt || kind == ModelKind::Llama; }
std::string_view nameOf(ModelKind kind);
Result<ModelKind> parseModelKind(std::string_view name);

/// The `model` section of a config. Sizes in elements.
struct ModelConfig {
    std::string name{}; ///< of a known model whose sizes these are, or empty
    ModelKind kind = ModelKind::Gpt;
    std::int64_t layers = 4;
    std::int64_t width = 128; ///< of the residual stream; channels of the first convolution; hidden units
    std::int64_t heads = 4;
    std::int64_t kvHeads = 0; ///< llama: heads of keys and values; 0: as many as heads
    std::int64_t ffn = 0; ///< 0: four times the width (llama: 8/3 of it, rounded up to a multiple of 64)
    std::int64_t context = 64;
    std::int64_t vocab = 256;
    double dropout = 0;
    bool tied = true; ///< the head shares the token embedding
    friend bool operator==(const ModelConfig&, const ModelConfig&) = default;

    std::int64_t ffnWidth() const;
    std::int64_t kvWidth() const; ///< of the keys of one token
};

/// gpt2, tinyllama-1.1b, llama-7b: sizes as published, dropout 0.
Result<ModelConfig> knownModel(std::string_view name);

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

/// True for norms, biases, embeddings and small tensors, whose moments stay FP32 when int8 is asked for: it
/// would save little there and cost quality (Dettmers 2022).
bool keepsFp32Moments(const TensorShape& tensor);

/// What one block of a model holds during a step, in bytes, weights apart. Source: the operations of
/// core/torch/models, counted one by one; checked against measurement by the torch tests.
struct BlockShape {
    std::vector<TensorShape> tensors; ///< learned here (a tied head learns none of its own)
    std::int64_t saved = 0; ///< kept for backward once its forward is done
    std::int64_t forwardPeak = 0; ///< the most its forward holds at once without a graph, its input included
    std::int64_t backwardExtra
        = 0; ///< the most its backward needs beyond `saved` and the gradients of its weights
    std::int64_t earlyGradients
        = 0; ///< elements of the weights whose gradients are there while most of `saved` still is
    std::int64_t input = 0; ///< what enters it and is kept where a block is recomputed
    std::int64_t states
        = 0; ///< head of a text model: what its states keep for backward, before the projection
    std::int64_t statesBackward = 0; ///< the most their backward holds, `states` included
};

/// What a product takes beside its operands and its result: nothing, oneDNN's packed copies, or the FP32
/// tiles of an emulated format.
enum class ProductScratch { None, Packed, Tiles };
ProductScratch cpuProductScratch(Precision precision);
/// Of one product of [rows, inner] by [inner, columns], in bytes; what is packed counts in backward alone, by
/// other rules.
std::int64_t tileBytes(ProductScratch scratch, std::int64_t rows, std::int64_t inner, std::int64_t columns);

/// The blocks in the order of forward, the loss counted to the last, for a batch of `samples` (sequences or
/// images) in a compute format of `bytes` bytes.
std::vector<BlockShape> blocksOf(
    const ModelConfig& model, std::int64_t samples, std::int64_t bytes, ProductScratch scratch);

constexpr std::int64_t imageSide = 28;
constexpr std::int64_t imageClasses = 10;

} // namespace mantissa
