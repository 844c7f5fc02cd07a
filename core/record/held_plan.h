// SPDX-License-Identifier: Apache-2.0
#pragma once

// In which format and where a group's tensors should rest by the table, to be set against what
// NumbersMeasured found.

#include "core/precision/preset.h"
#include "core/record/numbers_measured.h"

namespace mantissa {

/// Formats and tiers as TensorsHeld writes them; no bytes. An empty format: there should be none.
struct HeldPlan {
    TensorsHeld weights{};
    TensorsHeld remainder{};
    TensorsHeld moments{};
};

/// Weights that rest off Device are BF16 pairs whatever the compute format.
HeldPlan heldPlan(const PresetChoices& choices, Phase phase);

/// Bytes are not compared.
bool isAsPlanned(const TensorsHeld& held, const TensorsHeld& planned);

} // namespace mantissa
