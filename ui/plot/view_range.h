// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ticks that all plots of a page show, and the tick under the pointer. One for a page, so that plots move together.

#include <QObject>

#include <cstdint>

namespace mantissa::ui {

class ViewRange : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// What there is to see: [0, ticks). Follows it while follow is on.
    void setTicks(std::int64_t ticks);
    void zoom(double factor, double aroundTick);
    void pan(double ticks);
    void setFollow(bool follow);
    /// -1: none.
    void setCursor(std::int64_t tick);

    double from() const { return m_from; }
    double to() const { return m_to; }
    bool isFollowing() const { return m_follow; }
    std::int64_t cursor() const { return m_cursor; }

Q_SIGNALS:
    void changed();
    void cursorMoved();
    void followChanged(bool follow);

private:
    void clamp();
    double m_from = 0;
    double m_to = 1;
    std::int64_t m_ticks = 0;
    std::int64_t m_cursor = -1;
    bool m_follow = true;
};

} // namespace mantissa::ui
