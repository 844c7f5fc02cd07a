// SPDX-License-Identifier: Apache-2.0
#include "core/record/throughput_series.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

void ThroughputSeries::reset() { m_values = {}; }

void ThroughputSeries::follow(const Run& run)
{
    const Series& seconds = run.columns().seconds;
    if (m_truncations != seconds.timesTruncated()) {
        m_truncations = seconds.timesTruncated();
        reset();
    }
    const auto& skipped = run.skippedTicks();
    for (std::int64_t tick = m_values.size(); tick < run.ticks(); ++tick) {
        const bool isStep = std::isfinite(run.columns().learningRate.at(tick))
            && !std::binary_search(skipped.begin(), skipped.end(), tick);
        const auto time = static_cast<double>(seconds.at(tick));
        m_values.append(isStep && time > 0 ? static_cast<double>(run.tokens().perStepAt(tick)) / time : NAN);
    }
}

} // namespace mantissa
