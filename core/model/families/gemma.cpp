// SPDX-License-Identifier: Apache-2.0
// Gemma 1.

#include "core/model/family.h"
#include "core/model/family_list.h"
#include "core/model/gemma_shape.h"

namespace mantissa {

namespace {

DecoderShape readGemma(ForeignConfig& c) { return gemmaShape(c); }

} // namespace

Family gemmaFamily() { return {.name = "gemma", .read = readGemma}; }

} // namespace mantissa
