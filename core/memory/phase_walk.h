// SPDX-License-Identifier: Apache-2.0
#pragma once

// One phase's step or probe walked block by block, with what rests and what is held at each instant: the
// arithmetic of the Estimate.

#include "core/memory/attention_scratch.h"
#include "core/memory/block_cost.h"
#include "core/memory/estimate.h"

#include <vector>

namespace mantissa {

/// One phase's step or probe with everything an instant depends on.
struct PhaseWalk {
    const EstimateInput& input;
    const ModelDescription& model;
    ResolvedPlan plan;
    std::int64_t samples = 1; ///< of the batch that this phase computes at once
    std::int64_t bytes = static_cast<std::int64_t>(bytesPerElement(plan.compute));
    std::int64_t gradientBytes = static_cast<std::int64_t>(bytesPerElement(plan.gradients));
    BatchForm batch{.samples = samples,
        .context = model.readsText() ? input.model.context : 1,
        .bytes = bytes,
        .scratch = input.onCpu ? cpuProductScratch(plan.compute) : ProductScratch::None,
        .isBf16 = plan.compute == Precision::Bf16,
        .hasKernels = input.onCpu && usesCpuKernels()};
    std::vector<BlockCost> blocks = costs();
    bool isText = model.readsText();
    bool streams = plan.weights != Tier::Device;
    bool tied = model.tied.has_value();
    bool byBlock = plan.execution == Execution::Layerwise || plan.activations == ActivationPolicy::Recompute;
    bool leaves = plan.releaseGradients; ///< gradients leave Device as their block is done

    std::vector<BlockCost> costs() const;
    std::int64_t elementsOf(std::size_t block) const;
    /// Elements of the gradients of a block's own tensors.
    std::int64_t trainedOf(std::size_t block) const;
    std::int64_t tokens() const;
    std::int64_t chunk() const;
    bool isChunked() const;
    std::int64_t projection() const;
    /// Elements of the projection's gradient.
    std::int64_t projectionTrained() const;
    /// Bytes of a summed gradient's element: FP32 where there is something to sum.
    std::int64_t sumBytes(std::int64_t contributions) const;
    std::int64_t projectionContributions() const;
    /// Elements of a token table's rows that a step names.
    std::int64_t tableRows() const;
    /// Weights of one block on Device while it computes.
    std::int64_t fetched(std::size_t block) const;

    MemoryComposition resting() const;

    std::int64_t batchBytes() const;

    /// The most that logits of one chunk, or of all rows, hold in a forward pass without a graph.
    std::int64_t forwardLogits() const;
    /// The same while the gradient of the states is taken too.
    std::int64_t chunkExtra() const;

    /// Forward only, of the last weights and of a read-out.
    MemoryComposition probePeak() const;
    MemoryComposition wholePeak() const;
    MemoryComposition byBlockPeak() const;
    void headInstants(MemoryComposition instant, MemoryComposition& peak) const;
    MemoryComposition castPeak() const;
};

/// Resting bytes of one weight's moments; a frozen one has none.
std::int64_t momentBytes(const TensorDescription& tensor, MomentsFormat format);

/// Keeps the larger of two instants.
void take(MemoryComposition& peak, const MemoryComposition& instant);

} // namespace mantissa
