// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The phases of a run over ticks: a lane for phases, one for formats, one for the learning rate, one for the
// loss scale where it moved, one for marks (casts, checkpoints, skipped steps). Cost follows pixels.

#include "core/record/run.h"
#include "ui/plot/timeline_bands.h"

#include <QPixmap>
#include <QWidget>

namespace mantissa::ui {

class ViewRange;

class TimelineStrip : public QWidget {
    Q_OBJECT
public:
    TimelineStrip(ViewRange* range, QWidget* parent);
    void setRun(const Run* run);
    /// The run has gained rows.
    void showNewData();
    /// How often bands and marks were drawn, not copied; for tests.
    int timesDrawn() const { return m_timesDrawn; }
    /// Whether the loss scale has a lane: it has moved, or a step was skipped for it.
    bool showsLossScale() const { return m_showsScale; }
    QSize sizeHint() const override { return {400, height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    double x(double tick) const;
    void draw(QPainter& painter) const;
    void drawLane(
        QPainter& painter, int top, int height, const std::vector<TimelineBand>& bands, bool phases) const;
    void drawLine(QPainter& painter, int top, int height, const Series& series, bool isLog) const;
    void drawMarks(QPainter& painter, int top, int height, const std::vector<const Segment*>& segments) const;
    void showLanes();
    TickColumns columns() const;

    ViewRange* m_range;
    const Run* m_run = nullptr;
    QPixmap m_drawn{}; ///< all but the crosshair
    bool m_changed = true;
    bool m_showsScale = false;
    int m_timesDrawn = 0;
};

} // namespace mantissa::ui
