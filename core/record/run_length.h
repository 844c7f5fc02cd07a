// SPDX-License-Identifier: Apache-2.0
#pragma once

// How long a run is: its last step where epochs say it, and how much of the data it has behind it.

#include "core/record/run.h"

#include <cstdint>

namespace mantissa {

/// Rows, windows or images that the first `step` updates learned from; `data` is what the run reads.
std::int64_t samplesLearned(const Run& run, const DataRead& data, std::int64_t step);

/// The number of updates after which a run ends that has done `step` of them, and learned from `samplesDone`
/// of `samples`; 0 samples: not counted yet, so max_steps stands.
std::int64_t lastStepOf(
    const TrainingConfig& training, std::int64_t samples, std::int64_t step, std::int64_t samplesDone);

/// How samples are drawn from the data: a clause.
std::string orderInWords(const RunConfig& config);

/// "2 epochs of 1,800 samples, …", for people; empty where max_steps decides.
std::string lengthInWords(const RunConfig& config, std::int64_t samples);

} // namespace mantissa
