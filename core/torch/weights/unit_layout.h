// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where each tensor of a block stands inside its unit of the disk storage. Tensors are padded to 256
// elements, so that every one begins aligned in each format and with a whole block of moments.

#include "core/precision/preset.h"
#include "core/torch/memory/disk_storage.h"
#include "core/torch/models/model.h"

#include <span>
#include <vector>

namespace mantissa {

/// Bytes from the start of the unit.
struct TensorPlace {
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t m = 0;
    std::int64_t v = 0;
    std::int64_t mScale = -1; ///< -1: FP32 moments
    std::int64_t vScale = -1;
};

struct BlockLayout {
    UnitLayout unit{};
    std::vector<TensorPlace> tensors{};
};

BlockLayout layoutOf(std::span<const ParameterSpec> block, MomentsFormat moments);
/// Elements of a weight.
std::int64_t elementsOf(const ParameterSpec& spec);
/// The format a weight's moments get when `chosen` is asked for.
MomentsFormat momentsFormatOf(const ParameterSpec& spec, MomentsFormat chosen);

} // namespace mantissa
