// SPDX-License-Identifier: Apache-2.0
#pragma once

// The read-out of a checkpoint as weights of their own: what the annealed estimate speaks of, for use
// elsewhere.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mantissa {

struct ReadoutExport {
    double lead = 0;
    std::int64_t windowSteps = 0;
    std::int64_t bytes = 0;
};

/// Writes A + lead (A - B) of `run`'s newest checkpoint (or of the checkpoint folder given) as FP32
/// model.safetensors into `folder`, with readout.json beside it. Without `lead`, that of the run's last
/// annealed estimate, or 0. Errors: no read-out there, a lead without a window before, `folder` is not empty.
Result<ReadoutExport> exportReadout(
    const std::filesystem::path& run, const std::filesystem::path& folder, std::optional<double> lead);

} // namespace mantissa
