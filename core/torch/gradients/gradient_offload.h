// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gradients that leave Device as their block is done, and wait on Host or Disk for the norm of all.

#include "core/torch/gradients/gradient_sums.h"
#include "core/torch/gradients/waiting_gradients.h"

#include <span>
#include <vector>

namespace mantissa {

class GradientOffload {
public:
    /// `disk`: where they wait; null: on Host. Both end with the step.
    void begin(std::size_t blocks, std::int64_t step, WaitingGradients* disk);
    /// Sends a block's gradients away. Can be called again after an exception.
    void put(std::size_t block, GradientSums& sums, std::span<Parameter* const> parameters);
    /// Says of an earlier process that it has put them.
    void setWaiting(std::size_t block) { m_isWaiting[block] = true; }
    bool waitsOnDisk(std::size_t block) const { return m_disk && m_isWaiting[block]; }
    /// Brings those that wait on Disk back, as views that last as long as the result.
    class Back;
    void drain() const;
    void prefetch(std::size_t block) const;

private:
    WaitingGradients* m_disk = nullptr;
    std::int64_t m_step = 0;
    std::vector<bool> m_isWaiting{}; ///< by block
};

/// What a block's update needs of the gradients that wait on Disk, as long as it lives; nothing to do where
/// they wait elsewhere.
class GradientOffload::Back {
public:
    Back(const GradientOffload& offload, std::size_t block, GradientSums& sums,
        std::span<Parameter* const> parameters);
    ~Back();
    Back(const Back&) = delete;
    Back& operator=(const Back&) = delete;

private:
    WaitingGradients* m_disk = nullptr;
    std::size_t m_block;
    GradientSums& m_sums;
    std::span<Parameter* const> m_parameters;
};

} // namespace mantissa
