// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a finished run's own measurements say to the three troubles of mixed precision: overflow, savings that
// do not show, and lost quality; and what is lost when updates are rounded. Measured figures first; an
// Estimate is called one.

#include "core/record/run.h"

#include <string>
#include <vector>

namespace mantissa {

struct Advice {
    std::string trouble{}; ///< "overflow", "savings", "quality", "numbers"
    std::string finding{}; ///< one or two sentences
    std::vector<std::string> settings{}; ///< "key=value" for --set; empty: nothing to change
};

/// One for each trouble, in this order. `baseline` may be null.
std::vector<Advice> adviceOn(const Run& run, const Run* baseline);

} // namespace mantissa
