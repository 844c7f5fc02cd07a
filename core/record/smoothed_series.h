// SPDX-License-Identifier: Apache-2.0
#pragma once

// A running mean over a series that still grows, for the eye: exponential, corrected for its start. Gaps stay
// gaps.

#include "core/record/series.h"

namespace mantissa {

class SmoothedSeries {
public:
    /// About how many values a mean is over; below 2 it is the series itself. A change starts over.
    void setSpan(double values);
    double span() const { return m_span; }
    /// Takes over what the source gained since the last call. Another source needs a reset() first.
    void follow(const Series& source);
    void reset();
    const Series& values() const { return m_values; }

private:
    Series m_values{};
    double m_span = 0;
    double m_mean = 0;
    double m_weight = 0; ///< of the values so far; 1 once the start is forgotten
    std::int64_t m_truncations = 0; ///< of the source at the last call
};

} // namespace mantissa
