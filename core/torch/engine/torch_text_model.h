// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model of text with all its weights on the device, in one format: what `evaluate` and `generate` ask.

#include "core/training/text_model.h"

namespace mantissa {

/// Errors: device not there, weights of another model, OutOfMemory.
Result<std::unique_ptr<TextModel>> openTextModel(const TextModelSetup& setup);

} // namespace mantissa
