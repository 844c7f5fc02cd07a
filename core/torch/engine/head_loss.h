// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

namespace mantissa {

/// The mean cross entropy of all rows, and where its backward begins.
struct HeadLoss {
    double loss = 0;
    at::Tensor root{}; ///< root.backward() brings the gradient times `scale`; its own value says nothing
};

/// logits [rows, classes] with their graph, whose numbers become those of their gradient where a kernel of
/// ours takes them; targets int64 [rows]. `scale`: of the gradient, not of the loss.
HeadLoss headLoss(const at::Tensor& logits, const at::Tensor& targets, double scale);

/// The mean alone, of logits without a graph, which are spent.
double lossOf(const at::Tensor& logits, const at::Tensor& targets);

} // namespace mantissa
