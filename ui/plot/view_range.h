// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ticks that all plots of a page show, the tick under the pointer and the unit of the axis. One for a
// page, so that plots move together. Follows what arrives until somebody zooms or pans; keeps the views
// before, to go back to.

#include "core/output/ticks.h"
#include "core/record/tick_axis.h"

#include <QObject>

#include <vector>

namespace mantissa::ui {

class ViewRange : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// What there is to see: [0, ticks). Follows it while follow is on.
    void setTicks(std::int64_t ticks);
    /// What comes next is a step of its own in the history; zooms and pans without one in between are one
    /// step.
    void beginGesture();
    void zoom(double factor, double aroundTick);
    void pan(double ticks);
    /// On: the newest ticks, as many as were in view; all of them while nothing was zoomed.
    void setFollow(bool follow);
    /// All there is, and what will come.
    void showAll();
    void back();
    void forward();
    /// Another run: its history begins.
    void restart();
    /// -1: none.
    void setCursor(std::int64_t tick);
    /// What the x axis counts; `run` outlives its use here.
    void setAxis(const Run* run, AxisUnit unit);

    double from() const { return m_view.from; }
    double to() const { return m_view.to; }
    bool isFollowing() const { return m_view.follow; }
    bool canGoBack() const { return !m_past.empty(); }
    bool canGoForward() const { return !m_future.empty(); }
    std::int64_t cursor() const { return m_cursor; }
    AxisUnit unit() const { return m_unit; }
    /// Labels of the x axis, in its unit, at the ticks where they are reached.
    std::vector<Tick> axisTicks(int most) const;

Q_SIGNALS:
    void changed();
    void cursorMoved();
    void followChanged(bool follow);
    void historyChanged();

private:
    struct View {
        double from = 0;
        double to = 1;
        bool follow = true;
        double followed = 0; ///< ticks in view while following; 0: all
        friend bool operator==(const View&, const View&) = default;
    };
    void clamp();
    void place();
    void show(const View& view);

    View m_view{};
    std::vector<View> m_past{};
    std::vector<View> m_future{};
    std::int64_t m_ticks = 0;
    std::int64_t m_cursor = -1;
    const Run* m_run = nullptr;
    AxisUnit m_unit = AxisUnit::Tick;
};

} // namespace mantissa::ui
