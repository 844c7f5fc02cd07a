// SPDX-License-Identifier: Apache-2.0
#pragma once

// Our operations as LibTorch's operators (namespace "mantissa"), so that the device of the operands chooses
// the kernel: the CPU's here, which a simulated card runs as well; CUDA's in a library of its own. All
// operands of a call are dense and on one device; what is allocated is said. Throws what LibTorch throws.

#include "core/torch/optim/adamw_kernel.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mantissa::ops {

/// Whether a kernel for this kind of device is there.
bool areThere(c10::DeviceType type);

/// int64 [2] of zeros: what split() and join() add to.
at::Tensor pairCounts(at::Device device);
constexpr std::int64_t mismatchCount = 0;
constexpr std::int64_t escapeCount = 1;

/// FP32 `from` into BF16 or FP16 `high` and int16 `low`. `escapes` int64 [room, 2] for FP16: {element, bits}
/// of those that do not fit a pair, in no order; those beyond the room are counted only.
void split(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low, const at::Tensor& counts,
    const at::Tensor& escapes);
/// The reverse, into FP32 `to`, without the escapes.
void join(const at::Tensor& high, const at::Tensor& low, const at::Tensor& to, const at::Tensor& counts);

/// The state of one weight during an update. `value` in FP32, or `high` in BF16 with or without `low`.
struct AdamwState {
    at::Tensor value{};
    at::Tensor high{};
    at::Tensor low{};
    at::Tensor m{}; ///< FP32, or int8 with scales
    at::Tensor v{};
    at::Tensor mScale{};
    at::Tensor vScale{};
};
struct AdamwChance {
    bool isStochastic = false;
    std::uint64_t noise = 0;
};
/// `gradient` FP32 or BF16: of the weight's shape, or of its `rows` (int64, ascending), the others being
/// zero. `notFinite` int64 [1] grows when a new value is not finite.
void adamw(const AdamwState& state, const at::Tensor& gradient, const at::Tensor& rows,
    const AdamwScalars& scalars, const AdamwChance& chance, const at::Tensor& notFinite);

/// Of every `stretch` elements, the `window` that begin at `offset` (earlier in a last, short one), as FP32
/// [k] on the device: all that this allocates. With `low`: pairs joined, FP16 without escapes.
at::Tensor windows(const at::Tensor& from, const at::Tensor& low, std::int64_t stretch, std::int64_t window,
    std::int64_t offset);

/// Cross entropy by rows: `logits` [rows, vocab], FP32 or, where fuses() says so, 16 bits, become the loss's
/// gradient times `scale` (with `gradient`; else they are spent), and `loss` double [1] grows by the sum over
/// rows.
void lossRows(
    const at::Tensor& logits, const at::Tensor& targets, double scale, bool gradient, const at::Tensor& loss);

} // namespace mantissa::ops
