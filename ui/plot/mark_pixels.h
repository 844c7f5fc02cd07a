// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where marks at ticks are drawn: each pixel column once, so that a million of them cost no more than the
// plot is wide.

#include "ui/plot/tick_bucket.h"

#include <algorithm>
#include <vector>

namespace mantissa::ui {

/// The columns that hold one of the ticks at least, from left to right. `ticks` are sorted.
inline std::vector<int> markPixels(const std::vector<std::int64_t>& ticks, const TickColumns& columns)
{
    std::vector<int> pixels;
    auto at = std::lower_bound(ticks.begin(), ticks.end(), columns.from,
        [](std::int64_t tick, double from) { return static_cast<double>(tick) < from; });
    while (at != ticks.end() && static_cast<double>(*at) < columns.to) {
        const double middle = columns.isExact() ? 0.5 : 0; // of a tick that is wider than a pixel
        const int pixel = std::min(columns.pixels - 1,
            static_cast<int>((static_cast<double>(*at) + middle - columns.from) / columns.ticksPerPixel()));
        pixels.push_back(pixel);
        const double next = columns.from + (pixel + 1) * columns.ticksPerPixel();
        at = std::lower_bound(at + 1, ticks.end(), next,
            [](std::int64_t tick, double from) { return static_cast<double>(tick) < from; });
    }
    return pixels;
}

} // namespace mantissa::ui
