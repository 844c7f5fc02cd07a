// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the threads of a run did in the first ticks of each phase, for Perfetto: a row for each thread.

#include "core/training/spans.h"

#include <string>

namespace mantissa {

/// A span's category is its kind, so that a selection sums by it. `title` stands over all rows.
std::string profileTrace(const Spans& spans, const std::string& title);

} // namespace mantissa
