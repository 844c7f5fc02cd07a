// SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole model as one autograd graph: forward, loss, backward. Gradients are known to the allocator as such the moment
// autograd hands them over.

#include "core/torch/data/dataset.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/parameter_store.h"

#include <vector>

namespace mantissa {

struct GradientResult {
    double loss = 0; ///< mean over micro-batches, unscaled
    std::vector<at::Tensor> gradients; ///< multiplied by the loss scale, in the store's order
};

class WholeModel {
public:
    WholeModel(const Model& model, ParameterStore& store, const Dataset& data)
        : m_model(model)
        , m_store(store)
        , m_data(data)
    {
    }

    /// Over all micro-batches of a step. Gradients are in `gradients` format; sums over micro-batches are FP32.
    GradientResult gradients(std::int64_t step, std::int64_t microBatches, Precision gradients, double lossScale,
        const ForwardContext& context);
    /// Forward only, on any weights in the compute format. Returns loss, and hits when asked.
    double loss(const Batch& batch, const WeightList& weights, const ForwardContext& context, std::int64_t* hits = nullptr) const;

private:
    void watchGradients(Precision gradients, std::vector<at::Tensor>* sums);

    const Model& m_model;
    ParameterStore& m_store;
    const Dataset& m_data;
};

} // namespace mantissa
