// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/view_range.h"

#include <algorithm>

namespace mantissa::ui {

namespace {

constexpr double narrowest = 8; // ticks
constexpr std::size_t mostKept = 100; // views to go back to

} // namespace

void ViewRange::clamp()
{
    const double all = static_cast<double>(std::max<std::int64_t>(1, m_ticks));
    const double width = std::clamp(m_view.to - m_view.from, std::min(narrowest, all), all);
    m_view.from = std::clamp(m_view.from, 0.0, all - width);
    m_view.to = m_view.from + width;
}

void ViewRange::place()
{
    if (m_view.follow) {
        m_view.to = static_cast<double>(std::max<std::int64_t>(1, m_ticks));
        m_view.from = m_view.followed > 0 ? m_view.to - m_view.followed : 0;
    }
    clamp();
    Q_EMIT changed();
}

void ViewRange::setTicks(std::int64_t ticks)
{
    m_ticks = ticks;
    m_cursor = std::min(m_cursor, ticks - 1);
    place();
}

void ViewRange::beginGesture()
{
    if (!m_past.empty() && m_past.back() == m_view)
        return;
    m_past.push_back(m_view);
    if (m_past.size() > mostKept)
        m_past.erase(m_past.begin());
    m_future.clear();
    Q_EMIT historyChanged();
}

void ViewRange::zoom(double factor, double aroundTick)
{
    m_view.from = aroundTick - (aroundTick - m_view.from) * factor;
    m_view.to = aroundTick + (m_view.to - aroundTick) * factor;
    clamp();
    setFollow(false);
    Q_EMIT changed();
}

void ViewRange::pan(double ticks)
{
    m_view.from += ticks;
    m_view.to += ticks;
    clamp();
    setFollow(false);
    Q_EMIT changed();
}

void ViewRange::setFollow(bool follow)
{
    if (m_view.follow == follow)
        return;
    if (follow)
        beginGesture();
    m_view.follow = follow;
    const double width = m_view.to - m_view.from;
    m_view.followed = follow && width < static_cast<double>(m_ticks) ? width : 0;
    Q_EMIT followChanged(follow);
    if (follow)
        place();
}

void ViewRange::showAll() { show({.follow = true}); }

void ViewRange::show(const View& view)
{
    const bool other = view.follow != m_view.follow;
    m_view = view;
    place();
    if (other)
        Q_EMIT followChanged(view.follow);
}

void ViewRange::back()
{
    if (m_past.empty())
        return;
    m_future.push_back(m_view);
    const View view = m_past.back();
    m_past.pop_back();
    show(view);
    Q_EMIT historyChanged();
}

void ViewRange::forward()
{
    if (m_future.empty())
        return;
    m_past.push_back(m_view);
    const View view = m_future.back();
    m_future.pop_back();
    show(view);
    Q_EMIT historyChanged();
}

void ViewRange::restart()
{
    m_past.clear();
    m_future.clear();
    showAll();
    Q_EMIT historyChanged();
}

void ViewRange::setCursor(std::int64_t tick)
{
    const std::int64_t inside = tick >= m_ticks ? -1 : std::max<std::int64_t>(-1, tick);
    if (inside == m_cursor)
        return;
    m_cursor = inside;
    Q_EMIT cursorMoved();
}

void ViewRange::setAxis(const Run* run, AxisUnit unit)
{
    m_run = run;
    m_unit = unit;
    Q_EMIT changed();
}

std::vector<Tick> ViewRange::axisTicks(int most) const
{
    if (!m_run || m_unit == AxisUnit::Tick || m_run->ticks() == 0)
        return niceTicks(m_view.from, m_view.to, most);
    const double low = axisValueAt(*m_run, m_unit, m_view.from);
    const double high = axisValueAt(*m_run, m_unit, m_view.to);
    std::vector<Tick> ticks
        = m_unit == AxisUnit::Seconds ? timeTicks(low, high, most) : niceTicks(low, high, most);
    for (Tick& tick : ticks)
        tick.value = std::clamp(tickOfAxisValue(*m_run, m_unit, tick.value), m_view.from, m_view.to);
    return ticks;
}

} // namespace mantissa::ui
