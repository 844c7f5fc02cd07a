// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as a list of blocks over numbered weights, so that one description serves every way of executing
// it.

#include "core/model/model_description.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mantissa {

/// Keys and values that one layer has made of the tokens before: [batch, kvHeads, tokens, headWidth], turned
/// already; no more of them than its window reaches. Undefined before the first token.
struct LayerCache {
    at::Tensor key{};
    at::Tensor value{};
};

/// What a forward pass may depend on beside its input and weights.
struct ForwardContext {
    bool training = false;
    bool emulates = false; ///< products of 16-bit operands are computed in FP32 and rounded once
    bool resultIsUnused
        = false; ///< recomputed for its gradients alone: a block may leave its last product out
    std::int64_t first = 0; ///< the position of the input's first token
    LayerCache* cache = nullptr; ///< of the layer: read and added to; then the input is the text's beginning,
                                 ///< or one token
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
    /// What becomes of the products with it.
    virtual const LogitForm& logitForm() const = 0;
    at::Tensor forward(
        const at::Tensor& input, const WeightList& weights, const ForwardContext& context) const final;
};

/// Products of states and projection as logits.
at::Tensor logitsFrom(const at::Tensor& products, const LogitForm& form);

struct Model {
    ModelDescription description{};
    std::vector<std::unique_ptr<Block>> blocks{};
    const HeadBlock* head = nullptr; ///< the last block of a model of text

    const std::vector<TensorDescription>& tensors() const { return description.tensors; }
    /// A tied head reads weight number tensors().size(), which is tensor `tied` under a second name:
    /// gradients are summed.
    const std::optional<std::size_t>& tied() const { return description.tied; }
    std::size_t weightCount() const { return tensors().size() + (tied() ? 1 : 0); }
    /// The tensor behind a weight's number.
    const TensorDescription& tensorOf(std::size_t weight) const
    {
        return tensors()[weight < tensors().size() ? weight : *tied()];
    }
};

Model makeModel(ModelDescription description);

/// Elements first … first + n - 1 of a fresh weight in FP32: the same whatever thread count, layout, tier or
/// order.
void fillInitial(
    const TensorDescription& tensor, std::int64_t seed, std::int64_t first, float* to, std::int64_t n);

} // namespace mantissa
