// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text written by a model, token by token, over a cache of keys and values.

#include "core/torch/engine/weight_feed.h"
#include "core/training/text_model.h"

#include <c10/core/Device.h>

namespace mantissa {

/// The place of the next token among `logits`, FP32 [vocab] on the CPU. `place`: how many tokens stand before
/// it, which with the seed decides the draw.
TokenId chosenToken(const at::Tensor& logits, const Sampling& sampling, std::int64_t place);

/// As TextModel::write. Draws from no generator of LibTorch, so that training beside it keeps its bits. A
/// text ends where the model has no more positions.
void writeTokens(const Model& model, WeightFeed& feed, std::span<const TokenId> prompt,
    const Sampling& sampling, const ForwardContext& context, at::Device device,
    const std::function<bool(TokenId)>& take);

} // namespace mantissa
