// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one block of a model holds during a step, in bytes, weights apart. Counted operation by operation from
// the block's form, as core/torch/models/blocks computes it; checked against measurement by the torch tests.

#include "core/model/model_description.h"
#include "core/precision/precision.h"

#include <cstdint>

namespace mantissa {

constexpr std::int64_t floatBytes = 4;
constexpr std::int64_t indexBytes = 8; ///< of a token, a target, a maximum's place

/// What a product takes beside its operands and its result, as far as it is ours: nothing, or the FP32 tiles
/// of an emulated format. What a library takes for itself differs between processors and is left to the
/// trial.
enum class ProductScratch { None, Tiles };
ProductScratch cpuProductScratch(Precision precision);
/// Of one product of [rows, inner] by [inner, columns], in bytes.
std::int64_t tileBytes(ProductScratch scratch, std::int64_t rows, std::int64_t inner, std::int64_t columns);

/// Of which batch, and in which format.
struct BatchForm {
    std::int64_t samples = 1; ///< sequences or images
    std::int64_t context = 1; ///< tokens of a sequence; 1 for images
    std::int64_t bytes = 4; ///< of an element in the compute format
    ProductScratch scratch = ProductScratch::None;
    bool isBf16 = false;
    bool hasKernels = false; ///< ours for the CPU compute norms, activations, attention and the loss

    std::int64_t tokens() const { return samples * context; }
};

struct BlockCost {
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

/// `isTied`: the embedding's table is read by the head too. The loss counts to the last block.
BlockCost costOf(const BlockForm& form, const BatchForm& batch, bool isTied);

} // namespace mantissa
