// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A layer inside a plot: draws what its data say for the range in view. Cost follows pixels. What was drawn
// is kept in a pixmap until data, range, size or colours change, so that a moving pointer costs a copy.

#include <QGraphicsItem>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

class PlotLayer : public QGraphicsItem {
public:
    explicit PlotLayer(QGraphicsItem* parent)
        : QGraphicsItem(parent)
    {
    }
    /// Plot area in pixels, ticks from-to, values low-high.
    struct Frame {
        QRectF area{};
        double from = 0;
        double to = 1;
        double low = 0;
        double high = 1;
        bool isLog = false; ///< y; low is above 0 then
        double x(double tick) const { return area.left() + (tick - from) / (to - from) * area.width(); }
        double y(double value) const { return area.bottom() - part(value) * area.height(); }
        /// 0 at low, 1 at high.
        double part(double value) const
        {
            return isLog ? std::log(std::max(value, low) / low) / std::log(high / low)
                         : (value - low) / (high - low);
        }
        friend bool operator==(const Frame&, const Frame&) = default;
    };
    void setFrame(const Frame& frame);
    const Frame& frame() const { return m_frame; }
    /// Data or colours changed: the next paint draws anew.
    void markChanged();
    /// How often it was drawn, not copied; for tests.
    int timesDrawn() const { return m_timesDrawn; }

    QRectF boundingRect() const override { return m_frame.area; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) final;

protected:
    virtual void draw(QPainter& painter) const = 0;

private:
    Frame m_frame{};
    QPixmap m_drawn{};
    bool m_changed = true;
    int m_timesDrawn = 0;
};

} // namespace mantissa::ui
