// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments on their way back to Device while training goes on: copied by a thread of its own, block by block,
// the last block first since backward passes end with the first. Made and asked by the trainer thread.

#include "core/torch/state/moments.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace mantissa {

/// One weight's moments where they rest, and the room for them where they go (allocated by the caller).
struct MomentsTransfer {
    std::size_t block = 0;
    Moments from{};
    Moments to{};
};

class ReturningMoments {
public:
    /// `transfers` stand in the order of their blocks.
    explicit ReturningMoments(std::vector<MomentsTransfer> transfers, std::size_t blocks);
    /// Waits for the copies.
    ~ReturningMoments();
    ReturningMoments(const ReturningMoments&) = delete;
    ReturningMoments& operator=(const ReturningMoments&) = delete;

    /// Until the block's moments are there. Throws what a copy threw.
    void wait(std::size_t block);
    bool isDone() const;
    /// That wait() has waited so far.
    double waitSeconds() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace mantissa
