// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as a list of blocks over numbered weights, so that one description serves every way of executing it.

#include "core/memory/model_shape.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
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
    bool decays = false;
};

/// What a forward pass may depend on beside its input and weights.
struct ForwardContext {
    bool training = false;
    bool emulatesFp16 = false; ///< products of FP16 operands are computed in FP32 and rounded
};

/// All weights of the model by number, in the compute format.
using WeightList = std::vector<at::Tensor>;

class Block {
public:
    virtual ~Block() = default;
    /// The weights this block reads.
    virtual const std::vector<std::size_t>& weightIndices() const = 0;
    virtual at::Tensor forward(const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const = 0;
};

struct Model {
    std::vector<ParameterSpec> parameters;
    std::vector<std::unique_ptr<Block>> blocks;

    /// Token ids [batch, context] (int64) or images [batch, 1, 28, 28] to logits [rows, classes] in the compute format.
    at::Tensor forward(const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const;
};

Model makeModel(const ModelConfig& config);
Model makeGpt(const ModelConfig& config);
Model makeConvnet(const ModelConfig& config);
Model makeMlp(const ModelConfig& config);

/// FP32 values of a fresh weight from a counter-based generator: the same whatever thread count, order or device.
at::Tensor initialValue(const ParameterSpec& spec, std::int64_t seed, at::Device device);

} // namespace mantissa
