// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/whole_model.h"

#include "core/torch/engine/chunked_loss.h"
#include "core/torch/engine/head_loss.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <cmath>
#include <optional>

namespace mantissa {

namespace {

/// Runs when autograd has put a gradient in place, and takes it away.
class GradientHook final : public torch::autograd::PostAccumulateGradHook {
public:
    GradientHook(std::size_t weight, GradientSink take)
        : m_weight(weight)
        , m_take(std::move(take))
    {
    }
    void operator()(const torch::autograd::Variable& leaf) override
    {
        at::Tensor gradient = std::move(leaf.mutable_grad());
        leaf.mutable_grad().reset();
        m_take(m_weight, std::move(gradient));
    }

private:
    std::size_t m_weight;
    GradientSink m_take;
};

} // namespace

Batch batchOnDevice(const Dataset& data, std::int64_t step, std::int64_t microBatch, at::Device device)
{
    const WorkSpan span(WorkKind::Data, "batch");
    const PurposeScope purpose(MemoryClass::Data);
    const Batch batch = data.trainingBatch(step, microBatch);
    return {batch.inputs.to(device), batch.targets.to(device),
        batch.rows.defined() ? batch.rows.to(device) : at::Tensor()};
}

at::Tensor headInput(const at::Tensor& x, const Batch& batch)
{
    return batch.rows.defined() ? x.flatten(0, 1).index_select(0, batch.rows) : x;
}

SliceSink slicesTo(Updater& updater, const Model& model)
{
    const std::size_t projection = model.head->projection();
    if (!model.tensorOf(projection).trains)
        return {};
    return [&updater, projection](std::int64_t first, const at::Tensor& slice, bool last) {
        updater.addSlice(projection, first, slice, last);
    };
}

WeightList leavesOf(
    const Model& model, const WeightList& weights, Precision gradients, const GradientSink& take)
{
    WeightList leaves(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!weights[i].defined())
            continue;
        // variable_data: an update of the weight during backward must not look like damage to what autograd
        // has saved
        leaves[i] = weights[i].variable_data();
        if (!model.tensorOf(i).trains)
            continue;
        leaves[i].requires_grad_();
        if (scalarTypeOf(gradients) != leaves[i].scalar_type())
            leaves[i].set_grad_dtype(scalarTypeOf(gradients));
        torch::autograd::impl::set_post_acc_grad_hooks(leaves[i], std::make_unique<GradientHook>(i, take));
    }
    return leaves;
}

double wholeModelStep(const Model& model, ParameterStore& store, const Dataset& data,
    const StepInputs& inputs, Updater& updater)
{
    StoreFeed feed(model, store, inputs.compute);
    WeightList weights(model.weightCount());
    for (std::size_t block = 0; block < model.blocks.size(); ++block) {
        const WeightList own = feed.fetch(block, {});
        for (const std::size_t weight : model.blocks[block]->weightIndices())
            weights[weight] = own[weight];
    }
    const WeightList leaves = leavesOf(model, weights, inputs.gradients,
        [&](std::size_t weight, at::Tensor gradient) { updater.add(weight, std::move(gradient)); });
    double mean = 0;
    for (std::size_t i = 0; i < inputs.shares.size() && !updater.isRefused(); ++i) {
        const auto micro = static_cast<std::int64_t>(i);
        const Batch batch = batchOnDevice(data, inputs.step, micro, store.device());
        const double scale = inputs.lossScale * inputs.shares[i];
        const PurposeScope purpose(MemoryClass::Activations);
        at::Tensor x = batch.inputs;
        for (std::size_t block = 0; block + 1 < model.blocks.size(); ++block) {
            const WorkSpan span(WorkKind::Forward, "forward", block);
            inputs.dropout.set(micro, block);
            x = model.blocks[block]->forward(x, leaves, inputs.context);
        }
        CountedAllocator::instance().mark("head");
        std::optional<WorkSpan> head(std::in_place, WorkKind::Forward, "head");
        x = headInput(x, batch);
        double loss = 0;
        at::Tensor root;
        at::Tensor gradient;
        if (inputs.lossChunk > 0) {
            root = model.head->states(x, leaves);
            const std::size_t projection = model.head->projection();
            auto result = chunkedLoss(root.detach(), leaves[projection].detach(), model.head->logitForm(),
                batch.targets, inputs.lossChunk, scale, inputs.context, slicesTo(updater, model));
            loss = result.loss;
            gradient = std::move(result.toStates);
        } else {
            auto result
                = headLoss(model.blocks.back()->forward(x, leaves, inputs.context), batch.targets, scale);
            loss = result.loss;
            root = std::move(result.root);
        }
        head.reset();
        CountedAllocator::instance().mark("backward");
        x.reset();
        mean += loss * inputs.shares[i];
        if (!std::isfinite(loss)) {
            updater.refuse();
            break;
        }
        const WorkSpan span(WorkKind::Backward, "backward");
        if (root.requires_grad()) // else the projection alone trains, and has its gradient
            root.backward(gradient);
    }
    return mean;
}

} // namespace mantissa
