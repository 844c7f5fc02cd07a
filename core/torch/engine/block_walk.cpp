// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/block_walk.h"

#include "core/torch/engine/chunked_loss.h"
#include "core/torch/engine/head_loss.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/core/GradMode.h>

#include <string>

namespace mantissa {

void DropoutSeed::set(std::int64_t microBatch, std::size_t block) const
{
    if (isOn)
        at::manual_seed(randomAt(seed, step, microBatch, static_cast<std::int64_t>(block)));
}

RowSelection selectRows(const at::Tensor& ids)
{
    const PurposeScope purpose(MemoryClass::Data);
    auto [rows, places] = at::_unique(ids, /*sorted*/ true, /*return_inverse*/ true);
    return {std::move(rows), std::move(places)};
}

double forwardLoss(const Model& model, WeightFeed& feed, const Batch& batch, std::int64_t lossChunk,
    const ForwardContext& context, at::Device device, std::int64_t* hits)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Activations);
    const at::Tensor targets = batch.targets.to(device);
    const at::Tensor asked = batch.rows.defined() ? batch.rows.to(device) : at::Tensor();
    at::Tensor x = batch.inputs.to(device);
    for (std::size_t block = 0; block < model.blocks.size(); ++block) {
        CountedAllocator::instance().mark("forward " + std::to_string(block));
        RowSelection selection;
        if (feed.copies() && model.blocks[block]->rowTable()) {
            selection = selectRows(x);
            x = selection.places;
        }
        const WeightList weights = feed.fetch(block, selection.rows);
        if (block + 1 < model.blocks.size())
            feed.prefetch(block + 1, false);
        const bool isLast = block + 1 == model.blocks.size();
        if (isLast && asked.defined())
            x = x.flatten(0, 1).index_select(0, asked);
        if (lossChunk > 0 && model.blocks[block].get() == model.head)
            return chunkedLossValue(model.head->states(x, weights), weights[model.head->projection()],
                model.head->logitForm(), targets, lossChunk, context, hits);
        x = model.blocks[block]->forward(x, weights, context);
    }
    if (hits)
        *hits += (x.argmax(1) == targets).sum().item<std::int64_t>();
    return lossOf(x, targets);
}

} // namespace mantissa
