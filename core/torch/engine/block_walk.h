// SPDX-License-Identifier: Apache-2.0
#pragma once

// What all ways of executing a model share: seeds of dropout, tokens by row of a table, and the forward pass
// without a graph, one block's weights at a time.

#include "core/torch/data/dataset.h"
#include "core/torch/engine/weight_feed.h"
#include "core/torch/models/model.h"

namespace mantissa {

/// Makes the dropout of a block a pure function of its place: recomputing draws the same elements, and so
/// does a resumed run.
struct DropoutSeed {
    std::int64_t seed = 0;
    std::int64_t step = 0;
    bool isOn = false;
    void set(std::int64_t microBatch, std::size_t block) const;
};

/// The rows that a batch of token ids names, ascending, and the ids as places in that list.
struct RowSelection {
    at::Tensor rows;
    at::Tensor places;
};
RowSelection selectRows(const at::Tensor& ids);

/// Forward only. `lossChunk` 0: logits of all rows at once. Adds right answers to `hits` when asked.
double forwardLoss(const Model& model, WeightFeed& feed, const Batch& batch, std::int64_t lossChunk,
    const ForwardContext& context, at::Device device, std::int64_t* hits = nullptr);

} // namespace mantissa
