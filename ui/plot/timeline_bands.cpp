// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/timeline_bands.h"

#include <algorithm>
#include <deque>

namespace mantissa::ui {

namespace {

using SegmentAt = std::deque<Segment>::const_iterator;

/// The first at or after `segment` that begins later than `tick`, or the end; near ones are found soonest.
SegmentAt firstAfter(SegmentAt segment, SegmentAt end, double tick)
{
    std::ptrdiff_t step = 1;
    while (step < end - segment && static_cast<double>(segment[step].tick) <= tick)
        step *= 2;
    return std::upper_bound(segment + step / 2, segment + std::min(step, end - segment), tick,
        [](double t, const Segment& s) { return t < static_cast<double>(s.tick); });
}

template <class Key>
std::vector<TimelineBand> bandsBy(const std::vector<const Segment*>& segments, std::int64_t end, Key keyOf)
{
    std::vector<TimelineBand> bands;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::int64_t to = i + 1 < segments.size() ? segments[i + 1]->tick : end;
        if (!bands.empty() && bands.back().key == keyOf(*segments[i]))
            bands.back().to = to;
        else
            bands.push_back({segments[i]->tick, to, keyOf(*segments[i])});
    }
    return bands;
}

/// Where the last of the segments in view ends.
std::int64_t endOf(const Run& run, const std::vector<const Segment*>& segments)
{
    return segments.empty() ? 0 : std::min(run.ticks(), segments.back()->endTick);
}

} // namespace

std::vector<const Segment*> segmentsInView(const Run& run, const TickColumns& columns)
{
    std::vector<const Segment*> seen;
    const SegmentAt end = run.segments().end();
    SegmentAt segment = run.segments().begin()
        + std::max<std::int64_t>(0, run.segmentsBegunBy(static_cast<std::int64_t>(columns.from)) - 1);
    while (segment != end && static_cast<double>(segment->tick) < columns.to) {
        seen.push_back(&*segment);
        const double pixel
            = std::floor((static_cast<double>(segment->tick) - columns.from) / columns.ticksPerPixel()) + 1;
        const double next = columns.from + pixel * columns.ticksPerPixel(); // where the next pixel begins
        segment = std::max(
            segment + 1, firstAfter(segment, end, next) - 1); // the one that reaches into that pixel
    }
    return seen;
}

std::vector<TimelineBand> phaseBands(const Run& run, const std::vector<const Segment*>& segments)
{
    return bandsBy(
        segments, endOf(run, segments), [](const Segment& s) { return static_cast<int>(s.start->phase); });
}

std::vector<TimelineBand> formatBands(const Run& run, const std::vector<const Segment*>& segments)
{
    return bandsBy(segments, endOf(run, segments),
        [](const Segment& s) { return static_cast<int>(s.start->plan.compute); });
}

} // namespace mantissa::ui
