// SPDX-License-Identifier: Apache-2.0
#pragma once

// What --set must say to get from one set of choices to another.

#include "core/precision/preset.h"

#include <string>
#include <vector>

namespace mantissa {

/// "precision.phases.full.activations=recompute" for each key that differs.
std::vector<std::string> settingsBetween(const PresetChoices& before, const PresetChoices& after);

} // namespace mantissa
