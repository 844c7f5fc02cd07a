// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the operators start on a card. Pointers are of its memory; nothing is checked, allocated or waited
// for. Every function returns what the runtime says of its launch. No LibTorch, so that nvcc never reads it.

#include "core/torch/optim/adamw_kernel.h"

#include <cstddef>
#include <cstdint>
#include <cuda_runtime_api.h>

namespace mantissa {

/// A counter on the card. atomicAdd knows no signed one of 64 bits; the bits of a sum are the same.
using DeviceCount = unsigned long long;

/// counts[0] gains the weights that would not come back equal.
cudaError_t launchSplitBf16(const float* from, std::uint16_t* high, std::uint16_t* low, std::size_t n,
    DeviceCount* counts, cudaStream_t stream);
cudaError_t launchJoinBf16(const std::uint16_t* high, const std::uint16_t* low, float* to, std::size_t n,
    DeviceCount* counts, cudaStream_t stream);

/// Escapes in no order: {element, bits of the value as int32, widened}. What finds no room is counted and
/// dropped.
struct EscapeList {
    std::int64_t* entries = nullptr;
    std::size_t capacity = 0;
};
/// counts[1] gains the number of escapes; the list is written from where it stood before.
cudaError_t launchSplitFp16(const float* from, std::uint16_t* high, std::int16_t* low, std::size_t n,
    DeviceCount* counts, EscapeList escapes, cudaStream_t stream);
/// Without the escapes.
cudaError_t launchJoinFp16(
    const std::uint16_t* high, const std::int16_t* low, float* to, std::size_t n, cudaStream_t stream);

/// The rows of a table that have a gradient, ascending; the slice's gradient is [known, width].
struct GradientRows {
    const std::int64_t* ids = nullptr; ///< null: the gradient is dense
    std::size_t known = 0;
    std::size_t width = 0;
};
/// notFinite[0] gains at least 1 when a new value is not finite. Rows are for FP32 moments alone.
cudaError_t launchAdamw(const AdamwSlice& slice, const AdamwScalars& scalars, const GradientRows& rows,
    DeviceCount* notFinite, cudaStream_t stream);

enum class ElementFormat { Fp32, Bf16, Fp16 };
/// One window of `window` elements of every `stretch`, as core/torch/numbers/number_sampler.cpp looks at
/// them.
struct WindowLook {
    const void* from = nullptr;
    ElementFormat format = ElementFormat::Fp32;
    const std::uint16_t* low = nullptr; ///< of a pair; null: `from` is all there is
    std::size_t n = 0;
    std::size_t stretch = 0;
    std::size_t window = 0;
    std::size_t offset = 0;
};
std::size_t elementsLookedAt(const WindowLook& look);
cudaError_t launchWindows(const WindowLook& look, float* to, cudaStream_t stream);

/// Logits and what is made of them.
struct LossRows {
    float* logits = nullptr; ///< [rows, vocab]; become their gradient, or stay
    const std::int64_t* targets = nullptr;
    std::size_t rows = 0;
    std::size_t vocab = 0;
    float scale = 1; ///< of the gradient
    bool gradient = true;
};
/// Partial sums that launchLossRows() needs room for, so that rows are added in one order in every run.
std::size_t lossPartials(std::size_t rows);
/// loss[0] gains the sum over rows. A target outside the vocabulary makes it NaN.
cudaError_t launchLossRows(const LossRows& rows, double* partials, double* loss, cudaStream_t stream);

} // namespace mantissa
