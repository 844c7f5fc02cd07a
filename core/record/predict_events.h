// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Predict finds: forward-only batches, which read-out they favour, what it is worth, and jumps with
// their verdicts. A read-out is A + lead (A - B): A the mean of the last h weights, B that of the h before.
// Losses and gains are nats.

#include "core/base/result.h"
#include "core/memory/memory_reading.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// Forward passes over part of one coming training batch: the last weights, and the read-outs that are still
/// in the race.
struct ProbeDone {
    std::int64_t tick = 0;
    std::int64_t step = 0; ///< updates done so far
    double loss = 0; ///< of the last weights
    double readoutLoss = 0; ///< of the read-out that leads the race; NaN while there is nothing to average
    std::int64_t candidates = 1; ///< read-outs on this batch
    std::int64_t rows = 0; ///< sequences or images; 0: all of the batch
    double seconds = 0;
    MemoryReading memory{};
};

/// The result of one Predict block: the read-out that won the race, on batches that were not part of it.
struct PredictJudged {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    std::int64_t probes = 0; ///< all of the block's
    double meanGain = 0; ///< mean of loss - readoutLoss; positive: the read-out is better
    double gainSpread = 0; ///< standard error of that mean
    double confidence = 0; ///< P(gain > 0), paired Student t
    double lead = 0; ///< of the winner
    std::int64_t retests = 0; ///< probes that the mean is taken over
    std::int64_t windowSteps = 0; ///< weights in A
    double seconds = 0; ///< of the whole block
};

/// The evaluation loss that training would show were its noise averaged away now. Training goes on from the
/// exact weights.
struct AnnealedEstimated {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    std::int64_t trainedTokens = 0;
    double lead = 0;
    std::int64_t windowSteps = 0;
    double loss = 0; ///< of the read-out on the evaluation batches
    double weightsLoss = 0; ///< of the last weights on the same ones
    double gain
        = 0; ///< weightsLoss - loss, with its 95 % interval, paired over the batches; NaN with one batch
    double gainLow = 0;
    double gainHigh = 0;
    std::vector<double> batchLosses{};
    double seconds = 0;
    MemoryReading memory{};
};

/// The weights were moved by lead (A - B); Correct follows.
struct JumpMade {
    std::int64_t tick = 0;
    std::int64_t step = 0; ///< updates before it
    double lead = 0;
    double cosine = 0; ///< of this displacement and the one before
    double shareOfWeights = 0; ///< |lead D| / |w|, largest of all tensors, after the limit
    double lossBefore = 0; ///< on one coming training batch
    double lossAfter = 0;
    std::int64_t correctSteps = 0;
    double seconds = 0;
};

enum class JumpVerdict { Accepted, Rejected };
std::string_view nameOf(JumpVerdict verdict);
Result<JumpVerdict> parseJumpVerdict(std::string_view name);

/// What a jump was worth, in steps of the course before it.
struct JumpJudged {
    std::int64_t tick = 0;
    std::int64_t step = 0; ///< updates done when it was judged
    std::int64_t fromStep = 0; ///< updates done when it was made
    JumpVerdict verdict = JumpVerdict::Rejected;
    double leadSteps
        = 0; ///< how many plain steps later the course before would have this loss; NaN: not known
    double leadLow = 0; ///< lower end of its one-sided 90 % interval
    double costSteps = 0; ///< what the trial cost, in steps
    double confidence = 0; ///< P(lead > cost)
    std::int64_t toStep = 0; ///< rejected: rolled back to it; ticks go on
    double trialSeconds = 0; ///< spent on a trial that was rejected
    std::string text{}; ///< for people
};

} // namespace mantissa
