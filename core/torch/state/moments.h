// SPDX-License-Identifier: Apache-2.0
#pragma once

// Optimizer state of one weight: FP32, or int8 in blocks of 256 with a scale each (see adamw_kernel.h).

#include "core/precision/preset.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <string>

namespace mantissa {

struct Moments {
    at::Tensor m{}; ///< FP32 of the weight's shape, or int8
    at::Tensor v{}; ///< FP32 of the weight's shape, or uint8
    at::Tensor mScale{}; ///< FP32 [blocks]; undefined with FP32 moments
    at::Tensor vScale{};

    bool isInt8() const { return mScale.defined(); }
    /// The defined ones with the ends of their names in files.
    std::vector<std::pair<std::string, at::Tensor*>> parts();
};

/// Zeroed, as allocations of the caller's purpose.
Moments makeMoments(const std::vector<std::int64_t>& sizes, MomentsFormat format, at::Device device);
/// Copies on another device or tier (the caller's purpose).
Moments copied(const Moments& moments, at::Device device);
/// Room of the same shapes and formats, not filled.
Moments emptyLike(const Moments& moments, at::Device device);

} // namespace mantissa
