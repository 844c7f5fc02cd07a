// SPDX-License-Identifier: Apache-2.0
#pragma once

// When in a run things happened. A log has moments for its processes and durations for what they did, one
// after the other; what was spent between (reading, waiting) is in neither, so times are a little early.

#include "core/record/run_event.h"

#include <optional>

namespace mantissa {

class RunClock {
public:
    struct Span {
        double begin = 0; ///< seconds since the run's first process began
        double seconds = 0;
    };
    /// Takes events in order; of one that lasted, when it did; of any other the moment.
    Span take(const RunEvent& event);
    /// Seconds since the first process began.
    double now() const { return m_now; }
    /// Of the first process: seconds of such size are too coarse to add durations to.
    double unixBegin() const { return m_unixBegin.value_or(0); }

private:
    std::optional<double> m_unixBegin{};
    double m_now = 0;
};

} // namespace mantissa
