// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names that people bring from other trainers (Hugging Face, LLaMA-Factory, Lightning, model folders), and
// what each is called here.

#include "core/base/json.h"

namespace mantissa {

/// Refuses a key, in a config or one of its sections, that another program would know and this one calls
/// otherwise: with the name here, or how to get what it does. `known` is a config with all keys; what stands
/// there is ours.
Status checkForeignNames(const Json& config, const Json& known);

} // namespace mantissa
