// SPDX-License-Identifier: Apache-2.0
#include "core/output/run_clock.h"

#include <algorithm>

namespace mantissa {

namespace {

double secondsOf(const RunEvent& event)
{
    if (const auto* segment = std::get_if<SegmentStarted>(&event))
        return segment->castSeconds + segment->moveSeconds;
    if (const auto* step = std::get_if<StepDone>(&event))
        return step->seconds;
    if (const auto* probe = std::get_if<ProbeDone>(&event))
        return probe->seconds;
    if (const auto* annealed = std::get_if<AnnealedEstimated>(&event))
        return annealed->seconds;
    if (const auto* jump = std::get_if<JumpMade>(&event))
        return jump->seconds;
    if (const auto* evaluated = std::get_if<Evaluated>(&event))
        return evaluated->seconds;
    if (const auto* text = std::get_if<TextWritten>(&event))
        return text->seconds;
    if (const auto* saved = std::get_if<CheckpointSaved>(&event))
        return saved->seconds;
    return 0;
}

} // namespace

RunClock::Span RunClock::take(const RunEvent& event)
{
    if (const auto* start = std::get_if<RunStarted>(&event)) {
        if (!m_unixBegin)
            m_unixBegin = start->unixSeconds;
        m_now = std::max(m_now, start->unixSeconds - *m_unixBegin); // clocks on walls are set back
    }
    const Span span{m_now, std::max(0.0, secondsOf(event))};
    m_now += span.seconds;
    return span;
}

} // namespace mantissa
