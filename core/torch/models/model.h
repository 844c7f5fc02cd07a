// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as a list of blocks over numbered weights, so that one description serves every way of executing
// it.

#include "core/memory/model_shape.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// How a fresh weight is filled.
struct Initialiser {
    enum class Kind { Zeros, Ones, Normal, Uniform } kind = Kind::Zeros;
    double scale = 0; ///< standard deviation, or the bound of a uniform
};

struct ParameterSpec {
    std::string name;
    std::vector<std::int64_t> sizes;
    Initialiser initialiser{};
    bool decays = false; ///< weight decay applies (matrices)
    bool keepsFp32Moments = false; ///< small tensors, norms, biases, embeddings: int8 moments would save
                                   ///< little and cost quality
    std::size_t block = 0; ///< the block that owns it
    std::size_t index = 0; ///< its place among the model's parameters
};

/// What a forward pass may depend on beside its input and weights.
struct ForwardContext {
    bool training = false;
    bool emulates = false; ///< products of 16-bit operands are computed in FP32 and rounded once
};

/// Weights of the model by number, in the compute format; those that a block does not read may be missing.
using WeightList = std::vector<at::Tensor>;

class Block {
public:
    virtual ~Block() = default;
    /// The weights this block reads.
    virtual const std::vector<std::size_t>& weightIndices() const = 0;
    virtual at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const = 0;
    /// The weight of which only the rows that the input names are read, if there is one.
    virtual std::optional<std::size_t> rowTable() const { return {}; }
};

/// The last block of a model of text, in two parts, so that logits of all tokens need not exist at once.
class HeadBlock : public Block {
public:
    /// [rows, width], what the projection turns into logits.
    virtual at::Tensor states(const at::Tensor& input, const WeightList& weights) const = 0;
    /// The weight [vocab, width].
    virtual std::size_t projection() const = 0;
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const final;
};

struct Model {
    std::vector<ParameterSpec> parameters;
    std::vector<std::unique_ptr<Block>> blocks;
    const HeadBlock* head = nullptr; ///< the last block of a model of text
    /// A tied head reads weight number parameters.size(), which is this parameter under a second name:
    /// gradients are summed.
    std::optional<std::size_t> tied{};

    std::size_t weightCount() const { return parameters.size() + (tied ? 1 : 0); }
    /// The parameter behind a weight's number.
    std::size_t parameterOf(std::size_t weight) const { return weight < parameters.size() ? weight : *tied; }
};

Model makeModel(const ModelConfig& config);
Model makeGpt(const ModelConfig& config);
Model makeLlama(const ModelConfig& config);
Model makeConvnet(const ModelConfig& config);
Model makeMlp(const ModelConfig& config);

/// Elements first … first + n - 1 of a fresh weight in FP32: the same whatever thread count, layout, tier or
/// order.
void fillInitial(const ParameterSpec& spec, std::int64_t seed, std::int64_t first, float* to, std::int64_t n);

} // namespace mantissa
