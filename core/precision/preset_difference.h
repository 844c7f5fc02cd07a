// SPDX-License-Identifier: Apache-2.0
#pragma once

// The keys in which two JSON objects, or two sets of choices, differ, named as in files.

#include "core/base/json.h"
#include "core/precision/preset.h"

#include <functional>
#include <string>
#include <vector>

namespace mantissa {

/// `key` is "precision.phases.full.activations"; a key that only one side has comes with null.
using TakeDifference = std::function<void(const std::string& key, const Json& left, const Json& right)>;
/// Both are objects; in the order of the left one, then what only the right one has.
void forEachDifference(const Json& left, const Json& right, const TakeDifference& take);
void forEachDifference(const PresetChoices& left, const PresetChoices& right, const TakeDifference& take);
/// What --set must say to get from one to the other: "precision.phases.full.activations=recompute" for each
/// key.
std::vector<std::string> settingsBetween(const PresetChoices& before, const PresetChoices& after);

} // namespace mantissa
