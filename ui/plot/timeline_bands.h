// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which stretches of a run the timeline shows, and where each begins and ends.

#include "core/record/run.h"
#include "ui/plot/tick_bucket.h"

#include <vector>

namespace mantissa::ui {

/// Neighbouring segments with the same key as one band, in ticks.
struct TimelineBand {
    std::int64_t from = 0;
    std::int64_t to = 0;
    int key = 0; ///< Phase or Precision as a number
    friend bool operator==(const TimelineBand&, const TimelineBand&) = default;
};
/// Those in view; of several that begin in one pixel the first stands for all. They live as long as the run
/// gains none.
std::vector<const Segment*> segmentsInView(const Run& run, const TickColumns& columns);
/// One list a lane, so that a change of format does not cut a phase into slivers. Without a gap.
std::vector<TimelineBand> phaseBands(const Run& run, const std::vector<const Segment*>& segments);
std::vector<TimelineBand> formatBands(const Run& run, const std::vector<const Segment*>& segments);

} // namespace mantissa::ui
