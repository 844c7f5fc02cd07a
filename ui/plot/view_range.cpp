// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/view_range.h"

#include <algorithm>

namespace mantissa::ui {

namespace {

constexpr double narrowest = 8; // ticks

} // namespace

void ViewRange::clamp()
{
    const double all = static_cast<double>(std::max<std::int64_t>(1, m_ticks));
    const double width = std::clamp(m_to - m_from, std::min(narrowest, all), all);
    m_from = std::clamp(m_from, 0.0, all - width);
    m_to = m_from + width;
}

void ViewRange::setTicks(std::int64_t ticks)
{
    m_ticks = ticks;
    if (m_follow) {
        m_from = 0;
        m_to = static_cast<double>(std::max<std::int64_t>(1, ticks));
    } else {
        clamp();
    }
    m_cursor = std::min(m_cursor, ticks - 1);
    Q_EMIT changed();
}

void ViewRange::zoom(double factor, double aroundTick)
{
    m_from = aroundTick - (aroundTick - m_from) * factor;
    m_to = aroundTick + (m_to - aroundTick) * factor;
    clamp();
    setFollow(false);
    Q_EMIT changed();
}

void ViewRange::pan(double ticks)
{
    m_from += ticks;
    m_to += ticks;
    clamp();
    setFollow(false);
    Q_EMIT changed();
}

void ViewRange::setFollow(bool follow)
{
    if (m_follow == follow)
        return;
    m_follow = follow;
    Q_EMIT followChanged(follow);
    if (follow)
        setTicks(m_ticks);
}

void ViewRange::setCursor(std::int64_t tick)
{
    const std::int64_t inside = tick >= m_ticks ? -1 : std::max<std::int64_t>(-1, tick);
    if (inside == m_cursor)
        return;
    m_cursor = inside;
    Q_EMIT cursorMoved();
}

} // namespace mantissa::ui
