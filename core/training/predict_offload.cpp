// SPDX-License-Identifier: Apache-2.0
#include "core/training/predict_offload.h"

#include "core/base/units.h"

#include <fmt/format.h>

namespace mantissa {

void PredictOffload::entered(std::int64_t bytes, double seconds)
{
    if (bytes == 0) // nothing was offloaded: what an earlier block measured still holds
        return;
    *this = {};
    m_bytes = bytes;
    m_moveSeconds = seconds;
}

void PredictOffload::probed(double seconds)
{
    m_probeSeconds += seconds;
    ++m_probes;
}

void PredictOffload::left(double seconds)
{
    if (m_bytes > 0)
        m_moveSeconds += seconds;
}

bool PredictOffload::isTooDear(std::int64_t probes) const
{
    return m_bytes > 0 && m_probes > 0
        && leastDwell * m_moveSeconds > probeSeconds() * static_cast<double>(probes);
}

std::string PredictOffload::sentence(std::int64_t probes) const
{
    return fmt::format("moving {} away and back took {}, and {} probes take {}; a move pays in a phase of "
                       "{:.0f} times its own time",
        formatBytes(m_bytes), formatSeconds(m_moveSeconds), probes,
        formatSeconds(probeSeconds() * static_cast<double>(probes)), leastDwell);
}

ResolvedPlan withoutOffload(ResolvedPlan wanted, const ResolvedPlan& before)
{
    wanted.moments = before.moments;
    if (wanted.compute == before.compute && wanted.weights == before.weights)
        wanted.remainder = before.remainder;
    return wanted;
}

} // namespace mantissa
