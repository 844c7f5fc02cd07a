// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tick_bucket.h"

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

TickBucket TickColumns::bucketOf(int column) const
{
    const auto begin = static_cast<std::int64_t>(std::floor(from + column * ticksPerPixel()));
    const auto end = static_cast<std::int64_t>(std::floor(from + (column + 1) * ticksPerPixel()));
    return {begin, std::max(begin + 1, end)};
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
