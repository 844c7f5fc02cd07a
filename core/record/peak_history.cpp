// SPDX-License-Identifier: Apache-2.0
#include "core/record/peak_history.h"

#include <algorithm>

namespace mantissa {

void PeakHistory::include(const MemoryReading& reading, std::int64_t tick, std::int64_t rows)
{
    // of a peak that grows at every row the oldest steps are let go: a resume goes back a checkpoint or two
    constexpr std::size_t mostGrowth = 4096;
    PhasePeak grown = m_largest.value_or(PhasePeak{reading, tick});
    if (reading.devicePeak.total() > grown.memory.devicePeak.total())
        grown.tick = tick;
    grown.memory.include(reading);
    if (m_largest && grown.memory == m_largest->memory)
        return;
    if (m_growth.size() == mostGrowth)
        m_growth.erase(m_growth.begin() + 1, m_growth.begin() + mostGrowth / 2);
    m_growth.push_back({grown, m_growth.empty() ? rows : std::max(rows, m_growth.back().rows)});
    m_largest = grown;
}

void PeakHistory::truncate(std::int64_t rows)
{
    while (!m_growth.empty() && m_growth.back().rows > rows)
        m_growth.pop_back();
    m_largest = m_growth.empty() ? std::nullopt : std::optional(m_growth.back().peak);
}

} // namespace mantissa
