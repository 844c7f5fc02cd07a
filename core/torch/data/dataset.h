// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where batches come from. Which samples a step sees is a pure function of seed and step, so a probe can look
// ahead and a resumed run sees what the first would have seen.

#include "core/base/result.h"
#include "core/data/data_read.h"
#include "core/data/tokenizer.h"
#include "core/record/run_config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace mantissa {

struct Batch {
    at::Tensor inputs; ///< int64 tokens [batch, context], or float images [batch, 1, 28, 28]
    at::Tensor targets; ///< int64 [rows]
    at::Tensor rows{}; ///< int64 [rows]: the tokens of `inputs`, counted through, whose next one is a target;
                       ///< undefined: all of them
};

class Dataset {
public:
    virtual ~Dataset() = default;
    /// The batch of one micro-batch of one step.
    virtual Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const = 0;
    /// How many targets that batch has, without making it.
    virtual std::int64_t targetsOf(std::int64_t step, std::int64_t microBatch) const = 0;
    /// From `step` on, before which `samples` were trained on, perhaps in batches of another size.
    virtual void goOnFrom(std::int64_t /*step*/, std::int64_t /*samples*/) { }
    /// Fixed, the same for every run on this data.
    virtual Batch evaluationBatch(std::int64_t index) const = 0;
    virtual std::int64_t evaluationBatches() const = 0;
    virtual bool hasClasses() const = 0;
    /// What its text was encoded with; null for images.
    virtual const Tokenizer* tokenizer() const { return nullptr; }
    /// What was read: its identity, counts and what was left out.
    virtual DataRead whatWasRead() const { return {}; }
};

/// Opens what the config names. Errors: not there, empty, too short, damaged, a sample that is not installed.
/// `isInterrupted` is asked before each part is read (EngineSetup).
using AskInterrupted = std::function<bool()>;
Result<std::unique_ptr<Dataset>> openDataset(
    const RunConfig& config, const AskInterrupted& isInterrupted = {});
Result<std::unique_ptr<Dataset>> openText(const RunConfig& config, const AskInterrupted& isInterrupted);
Result<std::unique_ptr<Dataset>> openRows(const RunConfig& config, const AskInterrupted& isInterrupted);
Result<std::unique_ptr<Dataset>> openImages(const RunConfig& config, const AskInterrupted& isInterrupted);

/// A well-mixed number from a seed and three counters.
std::uint64_t randomAt(std::int64_t seed, std::int64_t a, std::int64_t b, std::int64_t c);

} // namespace mantissa
