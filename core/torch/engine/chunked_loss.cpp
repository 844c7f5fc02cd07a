// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/chunked_loss.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/models/fused.h"
#include "core/torch/models/product.h"
#include "core/torch/operators/operators.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t slices = 8; // of the vocabulary

/// Where the losses of all chunks are summed, so that the device is waited for once.
at::Tensor sumOf(const at::Tensor& states) { return at::zeros({1}, states.options().dtype(at::kDouble)); }

at::Tensor logitsOf(const at::Tensor& states, const at::Tensor& projection, const LogitForm& form,
    const ForwardContext& context)
{
    const at::Tensor products = plainProduct(states, projection.t(), context);
    const bool isPlain = form.cap == 0 && form.divisor == 1; // a kernel of ours reads them as they are
    return isPlain && fuses(products) ? products : logitsFrom(products.to(at::kFloat), form);
}

/// How far a logit moves with its product; undefined where they are the same.
at::Tensor slopeOf(const at::Tensor& logits, const LogitForm& form)
{
    if (form.cap > 0)
        return (1 - (logits / form.cap).square()) / form.divisor;
    return form.divisor != 1 ? at::full({1}, 1 / form.divisor, logits.options()) : at::Tensor();
}

} // namespace

std::int64_t chunksOf(std::int64_t rows, std::int64_t chunk)
{
    return chunk > 0 ? (rows + chunk - 1) / chunk : 1;
}

ChunkedLoss chunkedLoss(const at::Tensor& states, const at::Tensor& projection, const LogitForm& form,
    const at::Tensor& targets, std::int64_t chunk, double scale, const ForwardContext& context,
    const SliceSink& sink)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Activations);
    const std::int64_t rows = states.size(0);
    const std::int64_t vocab = projection.size(0);
    const std::int64_t slice = ((vocab + slices - 1) / slices + 15) / 16 * 16;
    const at::Tensor loss = sumOf(states);
    ChunkedLoss result;
    result.toStates = at::empty_like(states);
    for (std::int64_t first = 0; first < rows; first += chunk) {
        const std::int64_t count = std::min(chunk, rows - first);
        const at::Tensor part = states.narrow(0, first, count);
        const at::Tensor target = targets.narrow(0, first, count);
        at::Tensor gradient = logitsOf(part, projection, form, context);
        const at::Tensor slope = slopeOf(gradient, form);
        ops::lossRows(gradient, target, scale / static_cast<double>(rows), /*gradient*/ true, loss);
        const WorkSpan span(WorkKind::Backward, "head's backward");
        if (slope.defined())
            gradient.mul_(slope);
        gradient = gradient.to(states.scalar_type());
        result.toStates.narrow(0, first, count).copy_(plainProduct(gradient, projection, context));
        for (std::int64_t row = 0; sink && row < vocab; row += slice) {
            const std::int64_t size = std::min(slice, vocab - row);
            const PurposeScope workspace(MemoryClass::Gradients);
            sink(row, plainProduct(gradient.narrow(1, row, size).t(), part, context), row + size == vocab);
        }
    }
    result.loss = loss.item<double>() / static_cast<double>(rows);
    return result;
}

double chunkedLossValue(const at::Tensor& states, const at::Tensor& projection, const LogitForm& form,
    const at::Tensor& targets, std::int64_t chunk, const ForwardContext& context, std::int64_t* hits)
{
    const c10::NoGradGuard noGrad;
    const std::int64_t rows = states.size(0);
    const at::Tensor loss = sumOf(states);
    for (std::int64_t first = 0; first < rows; first += chunk) {
        const std::int64_t count = std::min(chunk, rows - first);
        const at::Tensor target = targets.narrow(0, first, count);
        at::Tensor logits = logitsOf(states.narrow(0, first, count), projection, form, context);
        if (hits)
            *hits += (logits.argmax(1) == target).sum().item<std::int64_t>();
        ops::lossRows(logits, target, 1, /*gradient*/ false, loss);
    }
    return loss.item<double>() / static_cast<double>(rows);
}

} // namespace mantissa
