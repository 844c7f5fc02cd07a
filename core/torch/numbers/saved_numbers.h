// SPDX-License-Identifier: Apache-2.0
#pragma once

// The numbers of a checkpoint, every element: its weights, and the update that its moments stand for.

#include "core/base/result.h"
#include "core/record/numbers_measured.h"

#include <filesystem>

namespace mantissa {

/// `folder`: a run (its newest checkpoint) or a checkpoint. There are no gradients in a file, so nothing is
/// said of them; without moments or the run's config beside the checkpoint nothing is said of updates.
/// Errors: no checkpoint there, damaged files.
Result<NumbersMeasured> measureSaved(const std::filesystem::path& folder);

} // namespace mantissa
