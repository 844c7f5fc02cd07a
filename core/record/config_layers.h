// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layers that a config is merged from, key by key: preset < file < --preset < --set.

#include "core/record/run_config.h"

#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// `upper` over `lower`: objects key by key, everything else (null too) in place of what is there.
void layOver(Json& lower, const Json& upper);

/// `value` over what stands at a dotted path; makes objects on the way.
void layAt(Json& root, std::string_view path, const Json& value);

/// One object for the strict reader. A key that file or settings make null is as if they did not name it: the
/// preset's value counts, else the program's. `notices` is given what was replaced, and which of two settings
/// counts.
Result<Json> mergeLayers(
    const Json& file, const ConfigOverrides& overrides, std::vector<std::string>& notices);

} // namespace mantissa
