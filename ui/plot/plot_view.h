// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A plot with axes by Qt Charts and live layers of our own. Margins are the same for all, so that x axes line
// up. Wheel zooms around the pointer (with Shift it pans), drag pans, double click shows all. Keys: Left and
// Right move the cursor, + and - zoom around it, Ctrl with Left and Right pans, End follows, Home shows all,
// Alt with Left and Right goes through the views before.

#include "core/output/ticks.h"
#include "ui/plot/plot_layer.h"
#include "ui/plot/tip.h"

#include <QElapsedTimer>
#include <QGraphicsView>
#include <QPointer>

#include <functional>
#include <utility>
#include <vector>

class QChart;
class QCategoryAxis;

namespace mantissa::ui {

class TipBox;
class ViewRange;

/// Left and right of the plot area, in pixels; the timeline keeps to them too.
constexpr int plotLeftMargin = 76;
constexpr int plotRightMargin = 30; // half of a label at the end of the x axis

class PlotView : public QGraphicsView {
    Q_OBJECT
public:
    PlotView(ViewRange* range, QWidget* parent);

    /// What layers are children of: the chart.
    QGraphicsItem* layerParent() const;
    void addLayer(PlotLayer* layer);
    /// Ticks must lie in [low, high]; on a logarithmic axis low is above 0.
    void setY(double low, double high, const std::vector<Tick>& ticks, bool isLog = false);
    /// Shown in the middle while there is nothing to draw; empty: none.
    void setEmptyText(const QString& text);
    const QString& emptyText() const { return m_emptyText; }
    /// Of the y axis, from the bottom to the top.
    std::pair<double, double> reach() const { return {m_low, m_high}; }
    /// What the tip says of the ticks under the pointer.
    void setTip(std::function<std::vector<TipLine>(const TickBucket&)> tip) { m_tip = std::move(tip); }
    /// The ticks in view and the pixels that show them.
    TickColumns columns() const;
    const std::vector<PlotLayer*>& layers() const { return m_layers; }
    void applyColours();
    /// The data changed: layers are drawn anew.
    void showNewData();
    /// Takes range and size anew; layers are drawn anew if those changed.
    void refresh();

Q_SIGNALS:
    void columnsChanged(); ///< the range in view or the plot's size changed

protected:
    void resizeEvent(QResizeEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void wheelEvent(QWheelEvent* event) override;
    // Qt Charts 6.4 crashes on presses where no item lies (QTBUG-118669): its handlers are never reached.
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void placeYTicks();
    /// Draws the labels of the x axis. They move with every frame, and as the chart's own they would cost
    /// more than all layers together.
    void drawXTicks(QPainter& painter) const;
    double tickAt(double x) const;
    double crosshairX() const;
    void showTip();
    void moveCursor(int direction);

    ViewRange* m_range;
    QChart* m_chart;
    QCategoryAxis* m_x;
    QCategoryAxis* m_y;
    std::vector<PlotLayer*> m_layers{};
    std::vector<Tick> m_yTicks{};
    double m_low = 0;
    double m_high = 1;
    bool m_isLog = false;
    QString m_emptyText{};
    std::function<std::vector<TipLine>(const TickBucket&)> m_tip{};
    QPointer<TipBox> m_tipBox{}; ///< the window's; made at the first hover
    double m_dragX = -1;
    bool m_dragMoved = false;
    bool m_keyCursor = false; ///< the cursor was moved by keys
    QElapsedTimer m_wheel{}; ///< since the last turn
};

} // namespace mantissa::ui
