// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/line_item.h"

#include "ui/plot/tick_bucket.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <cmath>

namespace mantissa::ui {

void LineItem::draw(QPainter& painter) const
{
    if (!m_series || m_series->size() == 0)
        return;
    const Frame& f = frame();
    const TickColumns columns{f.from, f.to, static_cast<int>(f.area.width())};
    QList<QLineF> envelope;
    QList<QLineF> mean;
    QPointF last;
    bool hasLast = false;
    // with fewer ticks than pixels, one point a tick
    const auto firstTick = static_cast<std::int64_t>(std::floor(f.from));
    const int points = columns.isExact() ? static_cast<int>(std::ceil(f.to)) - static_cast<int>(firstTick)
                                         : columns.pixels;
    for (int i = 0; i < points; ++i) {
        const TickBucket bucket
            = columns.isExact() ? TickBucket{firstTick + i, firstTick + i + 1} : columns.bucketOf(i);
        const RangeSummary range = m_series->over(bucket.begin, bucket.end);
        if (range.count == 0)
            continue;
        const double x
            = columns.isExact() ? f.x(static_cast<double>(bucket.begin) + 0.5) : f.area.left() + i + 0.5;
        if (!columns.isExact() && m_style != Style::Smooth)
            envelope.append(
                QLineF(x, f.y(static_cast<double>(range.least)), x, f.y(static_cast<double>(range.most))));
        const QPointF point(x, f.y(range.mean()));
        if (hasLast && m_isStepped) {
            mean.append(QLineF(last, QPointF(x, last.y())));
            mean.append(QLineF(QPointF(x, last.y()), point));
        } else if (hasLast) {
            mean.append(QLineF(last, point));
        }
        last = point;
        hasLast = true;
    }
    const bool behind = m_style == Style::Behind;
    painter.setPen(QPen(Theme::mixed(theme().panel, m_colour, behind ? 0.3 : 0.4), 1));
    painter.drawLines(envelope);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(behind ? Theme::mixed(theme().panel, m_colour, 0.5) : m_colour,
        behind                         ? 1
            : m_style == Style::Smooth ? 2
                                       : 1.5));
    painter.drawLines(mean); // segments: a polyline with a wide pen is many times slower
}

void PointsItem::draw(QPainter& painter) const
{
    const Frame& f = frame();
    if (m_band > 0) {
        painter.fillRect(QRectF(QPointF(f.area.left(), f.y(m_band)), QPointF(f.area.right(), f.y(-m_band))),
            Theme::mixed(theme().panel, theme().good, 0.12));
        painter.setPen(QPen(theme().good, 1, Qt::DashLine));
        for (const double edge : {-m_band, m_band})
            painter.drawLine(QPointF(f.area.left(), f.y(edge)), QPointF(f.area.right(), f.y(edge)));
        painter.setPen(QPen(theme().muted, 1));
        painter.drawLine(QPointF(f.area.left(), f.y(0)), QPointF(f.area.right(), f.y(0)));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    QList<QLineF> line;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const PlotPoint& point = m_points[i];
        const QPointF at(f.x(point.tick), f.y(point.value));
        if (m_joined && i > 0)
            line.append(QLineF(f.x(m_points[i - 1].tick), f.y(m_points[i - 1].value), at.x(), at.y()));
        if (point.halfWidth > 0) {
            painter.setPen(QPen(theme().muted, 1));
            painter.drawLine(QPointF(at.x(), f.y(point.value - point.halfWidth)),
                QPointF(at.x(), f.y(point.value + point.halfWidth)));
        }
    }
    painter.setPen(QPen(m_colour, 1.5));
    painter.drawLines(line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour);
    for (const PlotPoint& point : m_points)
        painter.drawEllipse(QPointF(f.x(point.tick), f.y(point.value)), 3.5, 3.5);
}

} // namespace mantissa::ui
