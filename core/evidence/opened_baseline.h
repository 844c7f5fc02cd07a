// SPDX-License-Identifier: Apache-2.0
#pragma once

// The run that another is compared with, opened: the one that somebody named, or one found beside it.

#include "core/record/run.h"

#include <filesystem>
#include <optional>

namespace mantissa {

/// `named` empty: looked for in the folder where the run lies. Nothing where there is none, or it is the run
/// itself. Errors: it cannot be read.
Result<std::optional<Run>> openBaseline(const Run& run, const std::filesystem::path& named);

} // namespace mantissa
