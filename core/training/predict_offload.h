// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether it pays to offload states for a block of Predict and bring them back: judged from what the last
// block measured. Trainer thread.

#include "core/precision/preset.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mantissa {

class PredictOffload {
public:
    /// A phase shorter than this many times its moves is not worth them (reference: one tenth of overhead).
    static constexpr double leastDwell = 10;

    /// What a block of Predict cost: the moves on entering it, its probes, the moves on leaving it and what a
    /// step waited for them.
    void entered(std::int64_t bytes, double seconds);
    void probed(double seconds);
    void left(double seconds);

    /// Whether the last block's moves took too long for `probes` more like its own; false while nothing was
    /// measured.
    bool isTooDear(std::int64_t probes) const;
    /// The numbers of that, for people.
    std::string sentence(std::int64_t probes) const;
    /// Another table: what was measured says nothing of it.
    void forget() { *this = {}; }

private:
    double probeSeconds() const { return m_probes > 0 ? m_probeSeconds / static_cast<double>(m_probes) : 0; }
    std::int64_t m_bytes = 0; ///< one way
    double m_moveSeconds = 0; ///< both ways
    double m_probeSeconds = 0;
    std::int64_t m_probes = 0;
};

/// `wanted` with moments and remainder resting where `before` has them. The remainder of weights that are
/// cast on the way is made where it rests, so nothing is moved for it.
ResolvedPlan withoutOffload(ResolvedPlan wanted, const ResolvedPlan& before);

} // namespace mantissa
