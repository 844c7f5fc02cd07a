// SPDX-License-Identifier: Apache-2.0
#include "core/output/chart_spec.h"

#include "core/memory/memory_class.h"
#include "core/output/titles.h"

#include <algorithm>

namespace mantissa {

ChartRole seriesRole(std::size_t index)
{
    constexpr std::size_t colours = 4;
    return "series" + std::to_string(index % colours);
}

std::vector<ChartKey> classKeys(const ChartBars& bars)
{
    std::vector<ChartKey> keys;
    for (const MemoryClass memoryClass : allMemoryClasses)
        if (std::any_of(bars.bars.begin(), bars.bars.end(),
                [&](const ChartBar& bar) { return bar.role == nameOf(memoryClass); }))
            keys.push_back({std::string(nameOf(memoryClass)), std::string(titleOf(memoryClass))});
    return keys;
}

} // namespace mantissa
