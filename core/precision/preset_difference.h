// SPDX-License-Identifier: Apache-2.0
#pragma once

// The keys in which two sets of choices differ, named as in files.

#include "core/base/json.h"
#include "core/precision/preset.h"

#include <functional>
#include <string>
#include <vector>

namespace mantissa {

/// `key` is "precision.phases.full.activations"; in the order of a preset file.
using TakeDifference = std::function<void(const std::string& key, const Json& left, const Json& right)>;
void forEachDifference(const PresetChoices& left, const PresetChoices& right, const TakeDifference& take);
/// What --set must say to get from one to the other: "precision.phases.full.activations=recompute" for each
/// key.
std::vector<std::string> settingsBetween(const PresetChoices& before, const PresetChoices& after);

} // namespace mantissa
