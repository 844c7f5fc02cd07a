// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the Gemma families share.

#include "core/model/foreign_config.h"

namespace mantissa {

/// Llama with norms of 1 + weight, an embedding scaled by the root of its width, a tanh GELU and a tied head.
DecoderShape gemmaShape(ForeignConfig& config);
/// What Gemma 2 added: norms before and after each branch, a scale and caps of its own, windows by layer.
/// `sliding` is of each layer.
void addGemma2(ForeignConfig& config, DecoderShape& shape, const std::vector<bool>& sliding);

} // namespace mantissa
