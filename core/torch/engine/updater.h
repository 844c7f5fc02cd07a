// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happens to gradients: summed over micro-batches, held back while clipping needs the norm of all, or
// applied block by block and dropped (gradient release). Both executors hand theirs over here, so both do the
// same arithmetic.

#include "core/torch/engine/adamw.h"
#include "core/torch/engine/step_journal.h"
#include "core/torch/engine/waiting_gradients.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"

#include <cstdint>
#include <vector>

namespace mantissa {

class NumberSampler;

struct UpdateOrder {
    std::int64_t step = 0; ///< counted from 0
    double rate = 0;
    double lossScale = 1;
    std::int64_t microBatches = 1;
    std::int64_t projectionChunks = 1; ///< contributions of one micro-batch to the head's projection
    bool release = false; ///< gradients leave Device as soon as their block is done
    bool byBlock = false; ///< the executor says when a block is done, and can go on from there; else all
                          ///< weights wait for finish()
    Precision gradients = Precision::Fp32; ///< the format they come in
    WaitingGradients* waiting = nullptr; ///< where released gradients wait for the norm; null: on Host
    StepJournal* journal = nullptr; ///< with states on Disk: what a later process needs to end the step
    NumberSampler* numbers = nullptr; ///< looks at the numbers of this update
};

struct UpdateReport {
    double gradNorm = 0; ///< before clipping, without the loss scale
    bool skipped = false; ///< a gradient was not finite: no weight was changed
    bool torn = false; ///< a number was not finite when some weights had changed: only a roll-back helps
};

class Updater {
public:
    Updater(const Model& model, ParameterStore& store, const RunConfig& config);

    void begin(const UpdateOrder& order);
    /// One micro-batch's gradient of a weight, multiplied by the loss scale. A tied head's is that of weight
    /// parameters.size().
    void add(std::size_t weight, at::Tensor gradient);
    /// The same for some rows of a table (ascending, the same for all micro-batches), the others being zero.
    void addRows(std::size_t weight, const at::Tensor& rows, at::Tensor gradient);
    /// Rows first … of one contribution to the head's projection; `last` ends the contribution.
    void addSlice(std::size_t weight, std::int64_t first, const at::Tensor& gradient, bool last);
    /// All gradients of a block are there: it is updated, or they go where they wait. Can be called again
    /// after an exception.
    void blockDone(std::size_t block);
    /// Forgets what the block's backward has added so far, to run it again.
    void resetBlock(std::size_t block);
    /// The loss is not finite: no gradient of this step counts. Before any weight was changed.
    void refuse() { m_skipped = true; }
    bool isRefused() const { return m_skipped; }
    /// A block is updated as soon as its gradients are done, so its whole state is wanted with its weights.
    bool appliesAtOnce() const
    {
        return m_order.byBlock && m_order.release && m_config.optimizer.maxGradNorm == 0;
    }
    /// After begin(), what an earlier process had done of this step: the blocks whose states on Disk are
    /// committed.
    void goOn(const JournalRecords& records);
    /// The head's part of a tied weight's gradient, while it waits for the table's own; else undefined.
    at::Tensor tiedGradient() const { return m_model.tied ? m_sums.back().gradient : at::Tensor(); }
    /// The formats in which gradients wait for the norm.
    WaitingShape waitingShape() const;
    /// Applies what was held back. Can be called again after an exception. Throws when a gradient was not
    /// finite after other blocks had been updated.
    UpdateReport finish();
    /// Forgets the step.
    void abandon();
    /// True while no weight of this step was changed, so that it can be repeated.
    bool isUntouched() const { return m_changed == 0 && !m_torn; }
    std::int64_t heldBytes() const;
    /// Spent in update kernels during this step.
    double updateSeconds() const { return m_updateSeconds; }

private:
    struct Sum {
        at::Tensor gradient{};
        at::Tensor rows{}; ///< of a table; undefined: dense
        std::int64_t missing = 0;
        std::int64_t expected = 0;
    };
    struct BlockProgress {
        std::int64_t missing = 0; ///< weights whose gradient is not whole
        std::size_t joined = 0; ///< parameters that are ready for the norm
        std::size_t updated = 0; ///< parameters
        bool isMeasured = false; ///< norms are taken
        bool isParked = false; ///< gradients wait on Disk
    };
    /// Where gradients rest that leave Device.
    Tier waitingTier() const { return m_order.release ? Tier::Host : Tier::Device; }
    void arrived(std::size_t weight);
    void join(std::size_t parameter);
    void measure(std::size_t block);
    void park(std::size_t block);
    void apply(std::size_t block, double clip);
    void update(std::size_t block, double clip);
    at::ScalarType gradientType(std::size_t parameter) const;
    void writeNorms(std::size_t block) const;
    Sum& sumOf(const Parameter& parameter);

    const Model& m_model;
    ParameterStore& m_store;
    const RunConfig& m_config;
    UpdateOrder m_order{};
    std::vector<Sum> m_sums{};
    std::vector<at::Tensor> m_norms{};
    std::vector<BlockProgress> m_blocks{};
    std::int64_t m_changed = 0; ///< parameters
    bool m_skipped = false;
    bool m_torn = false;
    double m_updateSeconds = 0;
};

} // namespace mantissa
