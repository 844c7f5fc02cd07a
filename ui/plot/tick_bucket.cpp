// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tick_bucket.h"

#include "core/record/series.h"

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

std::int64_t TickColumns::grid() const
{
    constexpr double finest = 2; // parts of a pixel that an edge may be moved by
    std::int64_t block = 1;
    while (static_cast<double>(block * Series::fanOut) * finest <= ticksPerPixel())
        block *= Series::fanOut;
    return block;
}

TickBucket TickColumns::bucketOf(int column) const
{
    const std::int64_t block = grid();
    const auto edge = [&](int i) {
        return static_cast<std::int64_t>(
                   std::floor((from + i * ticksPerPixel()) / static_cast<double>(block)))
            * block;
    };
    const std::int64_t begin = edge(column);
    return {begin, std::max(begin + 1, edge(column + 1))};
}

TickBucket TickColumns::bucketAt(std::int64_t tick) const
{
    if (isExact())
        return {tick, tick + 1};
    int column = static_cast<int>((static_cast<double>(tick) - from) / ticksPerPixel());
    TickBucket bucket = bucketOf(column);
    while (tick < bucket.begin) // edges are rounded down: a neighbour at most
        bucket = bucketOf(--column);
    while (tick >= bucket.end)
        bucket = bucketOf(++column);
    return bucket;
}

} // namespace mantissa::ui
