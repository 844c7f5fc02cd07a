// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a run was best: by the evaluation loss of its weights.

#include "core/record/run.h"

#include <filesystem>
#include <optional>

namespace mantissa {

/// The evaluation with the lowest loss, the first of equals; null without one that is a number.
const Evaluated* bestEvaluation(const Run& run);

struct BestCheckpoint {
    std::int64_t step = 0;
    double loss = 0;
    std::filesystem::path folder{};
};
/// Of the evaluated steps whose checkpoints are there and whole, the one with the lowest loss.
std::optional<BestCheckpoint> bestCheckpoint(const Run& run);

} // namespace mantissa
