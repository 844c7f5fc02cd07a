// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/timeline_strip.h"

#include "core/output/chart_spec.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace mantissa::ui {

namespace {

constexpr int phaseTop = 4;
constexpr int phaseHeight = 34;
constexpr int formatTop = 41;
constexpr int formatHeight = 22;
constexpr int markTop = 67;
constexpr int markHeight = 18;

template <class Key> std::vector<TimelineBand> bandsBy(const Run& run, Key keyOf)
{
    std::vector<TimelineBand> bands;
    for (const Segment& segment : run.segments()) {
        const int key = keyOf(segment);
        if (!bands.empty() && bands.back().key == key)
            bands.back().to = segment.endTick;
        else
            bands.push_back({segment.start.tick, segment.endTick, key});
    }
    return bands;
}

} // namespace

std::vector<TimelineBand> phaseBands(const Run& run)
{
    return bandsBy(run, [](const Segment& s) { return static_cast<int>(s.start.phase); });
}

std::vector<TimelineBand> formatBands(const Run& run)
{
    return bandsBy(run, [](const Segment& s) { return static_cast<int>(s.start.plan.compute); });
}

TimelineStrip::TimelineStrip(ViewRange* range, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
{
    setMouseTracking(true);
    setFixedHeight(92);
    setAccessibleName(tr("Phase timeline"));
    connect(range, &ViewRange::changed, this, &TimelineStrip::showNewData);
    connect(range, &ViewRange::cursorMoved, this, qOverload<>(&QWidget::update));
}

void TimelineStrip::setRun(const Run* run)
{
    m_run = run;
    showNewData();
}

void TimelineStrip::showNewData()
{
    m_changed = true;
    update();
}

void TimelineStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        showNewData();
    QWidget::changeEvent(event);
}

double TimelineStrip::x(double tick) const
{
    const double width = this->width() - plotLeftMargin - plotRightMargin;
    return plotLeftMargin + (tick - m_range->from()) / (m_range->to() - m_range->from()) * width;
}

void TimelineStrip::drawLane(QPainter& painter, int top, int height, const std::vector<TimelineBand>& bands, bool phases) const
{
    const int left = plotLeftMargin;
    const int right = width() - plotRightMargin;
    for (const TimelineBand& band : bands) {
        // snapped to pixels, so that neighbours neither gap nor overlap
        const int from = std::clamp(static_cast<int>(std::lround(x(static_cast<double>(band.from)))), left, right);
        const int to = std::clamp(static_cast<int>(std::lround(x(static_cast<double>(band.to)))), left, right);
        if (to <= from)
            continue;
        const QColor colour = phases ? theme().of(static_cast<Phase>(band.key)) : theme().of(static_cast<Precision>(band.key));
        painter.fillRect(from, top, to - from, height, colour);
        if (to - from > 2)
            painter.fillRect(to - 1, top, 1, height, theme().panel);
        const QString title = text(phases ? titleOf(static_cast<Phase>(band.key)) : titleOf(static_cast<Precision>(band.key)));
        if (painter.fontMetrics().horizontalAdvance(title) + 6 < to - from) {
            painter.setPen(Theme::inkOn(colour));
            painter.drawText(QRect(from, top, to - from, height), Qt::AlignCenter, title);
        }
    }
}

void TimelineStrip::drawMarks(QPainter& painter, int top, int height) const
{
    const auto mark = [&](double tick, const QColor& colour, bool high) {
        const double at = x(tick);
        if (at >= plotLeftMargin && at <= width() - plotRightMargin)
            painter.fillRect(QRectF(std::round(at), top + (high ? 0 : height / 2.0), 2, height / 2.0), colour);
    };
    double lastCast = -1e9;
    for (const Segment& segment : m_run->segments())
        if (segment.start.casts > 0 && x(static_cast<double>(segment.start.tick)) - lastCast >= 3) {
            lastCast = x(static_cast<double>(segment.start.tick));
            mark(static_cast<double>(segment.start.tick), theme().accent, true);
        }
    for (const CheckpointSaved& checkpoint : m_run->checkpoints())
        mark(static_cast<double>(checkpoint.tick), theme().muted, false);
    for (const std::int64_t tick : m_run->skippedTicks())
        mark(static_cast<double>(tick), theme().bad, true);
}

void TimelineStrip::draw(QPainter& painter) const
{
    QFont font = smallFont();
    painter.setFont(font);
    painter.setPen(theme().muted);
    const auto label = [&](int top, int height, const QString& text) {
        painter.drawText(QRect(0, top, plotLeftMargin - 8, height), Qt::AlignRight | Qt::AlignVCenter, text);
    };
    label(phaseTop, phaseHeight, tr("phase"));
    label(formatTop, formatHeight, tr("format"));
    label(markTop, markHeight, tr("marks"));
    if (!m_run || m_run->ticks() == 0) {
        painter.drawText(QRect(plotLeftMargin, phaseTop, width() - plotLeftMargin, phaseHeight), Qt::AlignCenter, tr("phases appear here once a run starts"));
        return;
    }
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    drawLane(painter, phaseTop, phaseHeight, phaseBands(*m_run), true);
    drawLane(painter, formatTop, formatHeight, formatBands(*m_run), false);
    drawMarks(painter, markTop, markHeight);
}

void TimelineStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const double ratio = painter.deviceTransform().m11(); // of the screen, or of a picture that is rendered
    const QSize pixels = (QSizeF(size()) * ratio).toSize();
    if (m_changed || m_drawn.size() != pixels) {
        m_drawn = QPixmap(pixels);
        m_drawn.setDevicePixelRatio(ratio);
        m_drawn.fill(Qt::transparent);
        QPainter inside(&m_drawn);
        draw(inside);
        m_changed = false;
        ++m_timesDrawn;
    }
    painter.drawPixmap(0, 0, m_drawn);
    if (m_run && m_run->ticks() > 0 && m_range->cursor() >= 0) {
        painter.setPen(QPen(theme().text, 1, Qt::DashLine));
        const double at = x(static_cast<double>(m_range->cursor()) + 0.5);
        painter.drawLine(QPointF(at, 0), QPointF(at, height()));
    }
}

void TimelineStrip::mouseMoveEvent(QMouseEvent* event)
{
    const double width = this->width() - plotLeftMargin - plotRightMargin;
    m_range->setCursor(static_cast<std::int64_t>(
        std::floor(m_range->from() + (event->position().x() - plotLeftMargin) / width * (m_range->to() - m_range->from()))));
}

void TimelineStrip::leaveEvent(QEvent*) { m_range->setCursor(-1); }

bool TimelineStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || !m_run || m_range->cursor() < 0)
        return QWidget::event(event);
    const Segment* segment = m_run->segmentAt(m_range->cursor());
    if (segment)
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(),
            tr("%1 in %2, ticks %3 to %4\n%5\n%6 tensors cast, %7 in %8, %9 mismatches")
                .arg(text(titleOf(segment->start.phase)), text(titleOf(segment->start.plan.compute)), countText(segment->start.tick),
                    countText(segment->endTick), text(segment->start.reason), countText(segment->start.casts),
                    bytesText(static_cast<double>(segment->start.castBytes)), secondsText(segment->start.castSeconds),
                    countText(segment->start.castMismatches)),
            this);
    return true;
}

} // namespace mantissa::ui
