// SPDX-License-Identifier: Apache-2.0
#pragma once

// What LibTorch's libraries take for themselves in the products of a model on this machine, beside operands
// and results. It differs between processors (oneDNN packs BF16 operands where there are instructions for
// them), so the Estimate leaves it out, and a test that holds the Estimate against a measurement allows for
// it.

#include "core/model/family.h"
#include "core/record/run_config.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/models/product.h"
#include "core/torch/state/parameter.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

namespace mantissa {

/// The most of one product, forward or backward, in bytes; 0 where products are ours.
inline std::int64_t libraryScratch(const RunConfig& config, Precision compute)
{
    if (compute == Precision::Fp32 || emulatedOnThisCpu(compute))
        return 0;
    const std::int64_t rows = config.training.batchSize * config.model.context;
    const std::int64_t width = config.model.width;
    std::int64_t most = 0;
    for (const auto& [in, out] : {std::array{width, 3 * width}, std::array{width, 4 * width},
             std::array{4 * width, width}, std::array{width, config.model.vocab}}) {
        const auto options = at::TensorOptions().dtype(scalarTypeOf(compute)).device(testDevice());
        const at::Tensor x = at::ones({rows, in}, options).requires_grad_();
        const at::Tensor w = at::ones({in, out}, options).requires_grad_();
        const at::Tensor bias = at::ones({out}, options).requires_grad_();
        const at::Tensor gradient = at::ones({rows, out}, options);
        auto& allocator = CountedAllocator::instance();
        const auto beyond = [&](const auto& work) { // what the work takes beside its results
            const std::int64_t before = allocator.live().byTier[0].total();
            allocator.resetPeaks();
            const auto results = static_cast<std::int64_t>(work());
            most = std::max(most, allocator.peaks().devicePeak.total() - before - results);
        };
        at::Tensor y;
        beyond([&] {
            y = linear(x, w, bias, /*inputsFirst*/ true, {});
            return y.nbytes();
        });
        beyond([&] {
            y.backward(gradient);
            return x.nbytes() + w.nbytes() + bias.nbytes();
        });
    }
    return std::max<std::int64_t>(0, most);
}

/// Whether a measured peak meets what was said of it, to `tolerance` and what the library may take on top.
inline bool meets(std::int64_t measured, std::int64_t said, double tolerance, std::int64_t library)
{
    return static_cast<double>(measured) >= static_cast<double>(said) * (1 - tolerance)
        && static_cast<double>(measured - library) <= static_cast<double>(said) * (1 + tolerance);
}

} // namespace mantissa
