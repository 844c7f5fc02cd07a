// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gradients that wait on Disk until the norm of all is known, a unit for each block. Trainer thread.

#include "core/torch/memory/disk_storage.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace mantissa {

/// One gradient as it waits.
struct WaitingGradient {
    std::vector<std::int64_t> sizes{};
    at::ScalarType type = at::kFloat;
    friend bool operator==(const WaitingGradient&, const WaitingGradient&) = default;
};
using WaitingShape = std::vector<std::vector<WaitingGradient>>; ///< by block, in the order of its parameters

class WaitingGradients {
public:
    /// `reopens`: an earlier process left the file in the midst of an update.
    static Result<std::unique_ptr<WaitingGradients>> open(
        const std::filesystem::path& file, WaitingShape shape, bool reopens, const std::string& owner);

    const WaitingShape& shape() const { return m_shape; }
    /// Copies the block's gradients into its unit, as those of update `step`.
    void put(std::size_t block, const std::vector<at::Tensor>& gradients, std::int64_t step);
    /// Views of a staging buffer until letGo(). Throws when the unit is not of update `step`.
    std::vector<at::Tensor> take(std::size_t block, std::int64_t step);
    void letGo(std::size_t block) { m_disk.release(block, false); }
    void prefetch(std::size_t block) { m_disk.prefetch(block, Parts::Weights); }
    void drain() { m_disk.drain(); }
    void keep(bool kept) { m_disk.keep(kept); }
    std::int64_t fileBytes() const { return m_disk.fileBytes(); }
    DiskTraffic traffic() const { return m_disk.traffic(); }

private:
    WaitingGradients(UnitFile file, WaitingShape shape);
    std::vector<at::Tensor> views(std::size_t block, const at::Tensor& bytes) const;

    WaitingShape m_shape;
    DiskStorage m_disk;
};

} // namespace mantissa
