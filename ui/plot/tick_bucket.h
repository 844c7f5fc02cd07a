// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which ticks one column of pixels stands for. Layers, tips and captions ask here, so that they speak of the
// same ticks.

#include <cstdint>

namespace mantissa::ui {

/// Ticks [begin, end); at least one.
struct TickBucket {
    std::int64_t begin = 0;
    std::int64_t end = 1;
    std::int64_t ticks() const { return end - begin; }
    friend bool operator==(const TickBucket&, const TickBucket&) = default;
};

/// The ticks in view and the columns of pixels that show them.
struct TickColumns {
    double from = 0;
    double to = 1;
    int pixels = 1;

    double ticksPerPixel() const { return (to - from) / (pixels > 0 ? pixels : 1); }
    /// Whether each tick has a column of its own.
    bool isExact() const { return ticksPerPixel() <= 1; }
    /// Neighbouring columns share a tick when there are fewer ticks than pixels; else their buckets touch
    /// without a gap. Edges lie on whole blocks of a Series' pyramid, half a pixel off at most: cheap to sum
    /// up, and still while it scrolls.
    TickBucket bucketOf(int column) const;
    /// The bucket that a tick is drawn in.
    TickBucket bucketAt(std::int64_t tick) const;
    /// What edges are multiples of.
    std::int64_t grid() const;
};

} // namespace mantissa::ui
