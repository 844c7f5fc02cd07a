// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where each tensor of a block stands inside its unit of the disk storage. Tensors are padded to 256
// elements, so that every one begins aligned in each format and with a whole block of moments.

#include "core/torch/memory/disk_storage.h"
#include "core/torch/state/parameter.h"

#include <span>
#include <vector>

namespace mantissa {

/// Bytes from the start of the unit.
struct TensorPlace {
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t m = -1; ///< -1: frozen, without moments
    std::int64_t v = -1;
    std::int64_t mScale = -1; ///< -1: FP32 moments
    std::int64_t vScale = -1;
};

struct BlockLayout {
    UnitLayout unit{};
    std::vector<TensorPlace> tensors{};
};

BlockLayout layoutOf(std::span<const TensorDescription> block, MomentsFormat moments);

/// A block's parts as views of a staging buffer; `bytes` outlives them.
class BlockViews {
public:
    BlockViews(std::span<const Parameter> block, const StateFormat& format, at::Tensor bytes);

    at::Tensor high(std::size_t i) const;
    at::Tensor low(std::size_t i) const;
    Moments moments(std::size_t i) const;
    /// Copies these parts of a parameter that is in memory; what is the view already stays.
    void fill(std::size_t i, Parameter& parameter, Parts parts) const;

private:
    at::Tensor view(std::int64_t offset, at::ScalarType type, const std::vector<std::int64_t>& sizes) const;

    std::span<const Parameter> m_block;
    BlockLayout m_layout{};
    at::Tensor m_bytes;
};

} // namespace mantissa
