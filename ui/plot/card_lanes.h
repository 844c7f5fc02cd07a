// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a run's card says of itself over ticks: a lane each for temperature, power, clock, load and the memory
// that others hold, as far as the driver tells them. Cost follows pixels.

#include "core/record/run.h"
#include "ui/plot/tick_bucket.h"

#include <QPixmap>
#include <QWidget>

#include <vector>

namespace mantissa::ui {

class ViewRange;

class CardLanes : public QWidget {
    Q_OBJECT
public:
    CardLanes(ViewRange* range, QWidget* parent);
    void setRun(const Run* run);
    /// The run has gained rows.
    void showNewData();
    /// What has a lane, by its title; for tests.
    QStringList titles() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// A quantity with what it is compared with: a limit, or all there is; NaN without.
    struct Lane {
        QString title{};
        QString unit{};
        const Series* series = nullptr;
        double limit = 0;
        double perUnit = 1;
        int digits = 0;
        QString number(double value) const; ///< in the unit
    };
    std::vector<Lane> lanes() const;
    int laneHeight() const;
    double x(double tick) const;
    TickColumns columns() const;
    void draw(QPainter& painter) const;
    void drawLane(QPainter& painter, int top, const Lane& lane) const;

    ViewRange* m_range;
    const Run* m_run = nullptr;
    QPixmap m_drawn{}; ///< all but the crosshair
    int m_laneCount = 1;
    bool m_changed = true;
};

} // namespace mantissa::ui
