// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cross entropy over a vocabulary in chunks of rows: logits of all tokens never exist at once, and the
// projection's gradient leaves in slices of the vocabulary. FP32 throughout but for the products. Another
// order of additions than the plain loss, so it is a choice of the run and the same in both executors.

#include "core/torch/models/model.h"

#include <functional>

namespace mantissa {

/// Takes rows first … of one chunk's contribution to the projection's gradient; `last` ends the chunk.
using SliceSink = std::function<void(std::int64_t first, const at::Tensor& gradient, bool last)>;

struct ChunkedLoss {
    double loss = 0; ///< mean over rows
    at::Tensor toStates; ///< gradient of the mean times `scale`, in the states' format
};

std::int64_t chunksOf(std::int64_t rows, std::int64_t chunk);

/// An empty sink: the projection does not train. `states` [rows, width] and `projection` [vocab, width] in
/// the compute format, no graph; `targets` int64 [rows].
ChunkedLoss chunkedLoss(const at::Tensor& states, const at::Tensor& projection, const LogitForm& form,
    const at::Tensor& targets, std::int64_t chunk, double scale, const ForwardContext& context,
    const SliceSink& sink);
/// The loss alone; rows whose largest logit is the target are added to `hits` when asked.
double chunkedLossValue(const at::Tensor& states, const at::Tensor& projection, const LogitForm& form,
    const at::Tensor& targets, std::int64_t chunk, const ForwardContext& context,
    std::int64_t* hits = nullptr);

} // namespace mantissa
