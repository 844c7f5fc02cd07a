// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tokens (or images) that a run has trained on, though its batches were not all of one size.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mantissa {

class TokenCount {
public:
    /// From a row and an update on, an update trains on `perStep`.
    struct Stretch {
        std::int64_t tick = 0;
        std::int64_t step = 0;
        std::int64_t before = 0; ///< tokens that the updates up to `step` trained on
        std::int64_t perStep = 0;
        friend bool operator==(const Stretch&, const Stretch&) = default;
    };

    /// A process goes on from `step`, or a roll-back went there: what came after it is void.
    void begin(std::int64_t tick, std::int64_t step, std::int64_t perStep)
    {
        const std::int64_t before = at(step);
        std::erase_if(m_stretches, [&](const Stretch& stretch) { return stretch.step >= step; });
        if (m_stretches.empty() || m_stretches.back().perStep != perStep)
            m_stretches.push_back({tick, step, before, perStep});
    }

    /// That the first `step` updates trained on.
    std::int64_t at(std::int64_t step) const
    {
        const auto next = std::partition_point(m_stretches.begin(), m_stretches.end(),
            [&](const Stretch& stretch) { return stretch.step < step; });
        if (next == m_stretches.begin())
            return 0;
        const Stretch& own = *std::prev(next);
        return own.before + (step - own.step) * own.perStep;
    }
    /// Of the update in the row `tick`.
    std::int64_t perStepAt(std::int64_t tick) const
    {
        const auto next = std::partition_point(m_stretches.begin(), m_stretches.end(),
            [&](const Stretch& stretch) { return stretch.tick <= tick; });
        return next == m_stretches.begin() ? 0 : std::prev(next)->perStep;
    }
    /// Of the updates that come.
    std::int64_t perStep() const { return m_stretches.empty() ? 0 : m_stretches.back().perStep; }
    const std::vector<Stretch>& stretches() const { return m_stretches; }

private:
    std::vector<Stretch> m_stretches{};
};

} // namespace mantissa
