// SPDX-License-Identifier: Apache-2.0
#pragma once

// From backward to update: gradients are summed, reduced, held back while clipping needs the norm of all, or
// applied block by block and dropped (gradient release). Both executors hand theirs over here, so both do the
// same arithmetic.

#include "core/torch/engine/step_journal.h"
#include "core/torch/gradients/gradient_clip.h"
#include "core/torch/gradients/gradient_offload.h"
#include "core/torch/gradients/gradient_reduce.h"
#include "core/torch/gradients/gradient_sums.h"
#include "core/torch/optim/optimizer.h"
#include "core/torch/state/parameter_store.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mantissa {

class NumberSampler;

struct UpdateOrder {
    std::int64_t step = 0; ///< counted from 0
    double rate = 0;
    double lossScale = 1;
    std::int64_t microBatches = 1;
    std::int64_t projectionChunks = 1; ///< contributions of all micro-batches to the head's projection
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
    /// One micro-batch's gradient of a weight, multiplied by the loss scale; see GradientSums.
    void add(std::size_t weight, at::Tensor gradient, const at::Tensor& rows = {});
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
    at::Tensor tiedGradient() const { return m_sums.tied(); }
    /// The formats in which gradients wait for the norm.
    WaitingShape waitingShape() const;
    /// Applies what was held back. Can be called again after an exception.
    UpdateReport finish();
    /// Forgets the step.
    void abandon();
    /// True while no weight of this step was changed, so that it can be repeated.
    bool isUntouched() const { return m_changed == 0 && !m_torn; }
    /// Spent in update kernels during this step.
    double updateSeconds() const { return m_updateSeconds; }

private:
    struct BlockProgress {
        std::vector<Parameter*> trained{};
        std::int64_t missing = 0; ///< weights whose gradient is not whole
        std::size_t joined = 0; ///< parameters that are ready for the norm
        std::size_t updated = 0; ///< parameters
        bool isMeasured = false; ///< norms are taken
    };
    /// Where gradients rest that leave Device.
    Tier waitingTier() const { return m_order.release ? Tier::Host : Tier::Device; }
    const Optimizer& optimizerOf(const Parameter& parameter) const;
    void arrived(std::size_t weight);
    void measure(std::size_t block);
    void apply(std::size_t block, double clip);
    void update(std::size_t block, double clip);
    void updateOne(std::size_t block, const UpdateScalars& scalars);
    at::Tensor normsOf(std::size_t block) const;
    /// Whether updates so far have made a number that is not finite, where asking is free: on Host; and
    /// everywhere, which waits for the device.
    bool hasTornOnHost() const;
    bool hasTorn() const;

    const Model& m_model;
    ParameterStore& m_store;
    const RunConfig& m_config;
    UpdateOrder m_order{};
    GradientSums m_sums;
    GradientReduce m_reduce{};
    GradientClip m_clip{};
    GradientOffload m_offload{};
    std::vector<BlockProgress> m_blocks{};
    at::Tensor m_tornOnHost{}; ///< int64 [1] each: new values that were not finite
    at::Tensor m_tornOnDevice{};
    std::int64_t m_changed = 0; ///< parameters
    bool m_skipped = false;
    bool m_torn = false;
    double m_updateSeconds = 0;
};

} // namespace mantissa
