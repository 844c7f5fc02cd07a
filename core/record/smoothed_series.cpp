// SPDX-License-Identifier: Apache-2.0
#include "core/record/smoothed_series.h"

#include <algorithm>
#include <cmath>

namespace mantissa {

void SmoothedSeries::setSpan(double values)
{
    if (values == m_span)
        return;
    m_span = values;
    reset();
}

void SmoothedSeries::reset()
{
    m_values = {};
    m_mean = 0;
    m_weight = 0;
}

void SmoothedSeries::follow(const Series& source)
{
    if (m_truncations != source.timesTruncated()) {
        m_truncations = source.timesTruncated();
        reset();
    }
    const double keep = 1 - 1 / std::max(1.0, m_span);
    for (std::int64_t tick = m_values.size(); tick < source.size(); ++tick) {
        const auto value = static_cast<double>(source.at(tick));
        if (!std::isfinite(value)) {
            m_values.append(NAN);
            continue;
        }
        m_mean = keep * m_mean + (1 - keep) * value;
        m_weight = keep * m_weight + (1 - keep);
        m_values.append(m_mean / m_weight);
    }
}

} // namespace mantissa
