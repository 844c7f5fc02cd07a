// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tokens (or images) a second of each step of a run that still grows. Probes train nothing and are gaps.

#include "core/record/run.h"

namespace mantissa {

class ThroughputSeries {
public:
    /// Takes over what the run gained since the last call. Another run needs a reset() first.
    void follow(const Run& run);
    void reset();
    const Series& values() const { return m_values; }

private:
    Series m_values{};
    std::int64_t m_truncations = 0; ///< of the run's seconds at the last call
};

} // namespace mantissa
