// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The phases of a run over ticks: a lane for phases, one for formats, one for marks (casts, checkpoints, skipped steps).

#include "core/record/run.h"

#include <QPixmap>
#include <QWidget>

namespace mantissa::ui {

class ViewRange;

/// Neighbouring segments with the same key as one band, in ticks.
struct TimelineBand {
    std::int64_t from = 0;
    std::int64_t to = 0;
    int key = 0; ///< Phase or Precision as a number
    friend bool operator==(const TimelineBand&, const TimelineBand&) = default;
};
/// One list a lane, so that a change of format does not cut a phase into slivers.
std::vector<TimelineBand> phaseBands(const Run& run);
std::vector<TimelineBand> formatBands(const Run& run);

class TimelineStrip : public QWidget {
    Q_OBJECT
public:
    TimelineStrip(ViewRange* range, QWidget* parent);
    void setRun(const Run* run);
    /// The run has gained rows.
    void showNewData();
    /// How often bands and marks were drawn, not copied; for tests.
    int timesDrawn() const { return m_timesDrawn; }
    QSize sizeHint() const override { return {400, 92}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    double x(double tick) const;
    void draw(QPainter& painter) const;
    void drawLane(QPainter& painter, int top, int height, const std::vector<TimelineBand>& bands, bool phases) const;
    void drawMarks(QPainter& painter, int top, int height) const;

    ViewRange* m_range;
    const Run* m_run = nullptr;
    QPixmap m_drawn{}; ///< all but the crosshair
    bool m_changed = true;
    int m_timesDrawn = 0;
};

} // namespace mantissa::ui
