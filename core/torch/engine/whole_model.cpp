// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/whole_model.h"

#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace mantissa {

namespace {

/// Runs when autograd has put a gradient in place: tells the allocator what it is, or adds it to the FP32 sum.
class GradientHook final : public torch::autograd::PostAccumulateGradHook {
public:
    explicit GradientHook(at::Tensor* sum)
        : m_sum(sum)
    {
    }
    void operator()(const torch::autograd::Variable& parameter) override
    {
        at::Tensor& gradient = parameter.mutable_grad();
        if (!m_sum) {
            if (gradient.is_cpu())
                CountedAllocator::instance().reclassify(gradient.storage().data(), MemoryClass::Gradients);
            return;
        }
        const c10::NoGradGuard noGrad;
        if (m_sum->defined()) {
            m_sum->add_(gradient);
        } else {
            const PurposeScope purpose(MemoryClass::Gradients);
            *m_sum = gradient.to(at::kFloat, false, /*copy*/ true);
        }
        gradient.reset();
    }

private:
    at::Tensor* m_sum;
};

at::Tensor onDevice(const at::Tensor& tensor, at::Device device) { return tensor.to(device); }

} // namespace

void WholeModel::watchGradients(Precision gradients, std::vector<at::Tensor>* sums)
{
    for (std::size_t i = 0; i < m_store.parameters().size(); ++i) {
        at::Tensor& value = m_store.parameters()[i].value;
        value.mutable_grad().reset();
        if (scalarTypeOf(gradients) != value.scalar_type())
            value.set_grad_dtype(scalarTypeOf(gradients));
        torch::autograd::impl::set_post_acc_grad_hooks(value, std::make_unique<GradientHook>(sums ? &(*sums)[i] : nullptr));
    }
}

GradientResult WholeModel::gradients(std::int64_t step, std::int64_t microBatches, Precision gradients, double lossScale,
    const ForwardContext& context)
{
    GradientResult result;
    std::vector<at::Tensor> sums(m_store.parameters().size());
    watchGradients(gradients, microBatches > 1 ? &sums : nullptr);
    const WeightList weights = m_store.values();
    for (std::int64_t micro = 0; micro < microBatches; ++micro) {
        Batch batch;
        {
            const PurposeScope purpose(MemoryClass::Data);
            batch = m_data.trainingBatch(step, micro);
            batch = {onDevice(batch.inputs, m_store.device()), onDevice(batch.targets, m_store.device())};
        }
        const PurposeScope purpose(MemoryClass::Activations);
        at::Tensor loss = at::cross_entropy_loss(m_model.forward(batch.inputs, weights, context).to(at::kFloat), batch.targets);
        result.loss += loss.item<double>() / static_cast<double>(microBatches);
        const double scale = lossScale / static_cast<double>(microBatches);
        (scale == 1 ? loss : loss * scale).backward();
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        at::Tensor& own = m_store.parameters()[i].value.mutable_grad();
        at::Tensor gradient = microBatches > 1 ? sums[i] : own;
        // a weight that no sample reached (none of ours today) has no gradient: it is zero
        result.gradients.push_back(gradient.defined() ? gradient : at::zeros_like(m_store.parameters()[i].value.detach()));
    }
    return result;
}

double WholeModel::loss(const Batch& batch, const WeightList& weights, const ForwardContext& context, std::int64_t* hits) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Activations);
    const at::Tensor targets = onDevice(batch.targets, m_store.device());
    const at::Tensor logits = m_model.forward(onDevice(batch.inputs, m_store.device()), weights, context).to(at::kFloat);
    if (hits)
        *hits += (logits.argmax(1) == targets).sum().item<std::int64_t>();
    return at::cross_entropy_loss(logits, targets).item<double>();
}

} // namespace mantissa
