// SPDX-License-Identifier: Apache-2.0
#pragma once

// When in a run things happened. A log has moments for its processes and durations for what they did, one
// after the other; what was spent between (reading, waiting) is in neither, so times are a little early.

#include "core/record/run_event.h"

namespace mantissa {

class RunClock {
public:
    struct Span {
        double begin = 0; ///< Unix seconds
        double seconds = 0;
    };
    /// Takes events in order; of one that lasted, when it did; of any other the moment.
    Span take(const RunEvent& event);
    double now() const { return m_now; }

private:
    double m_now = 0;
};

} // namespace mantissa
