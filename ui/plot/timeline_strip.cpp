// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/timeline_strip.h"

#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "ui/plot/mark_pixels.h"
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

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int phaseTop = 4;
constexpr int phaseHeight = 34;
constexpr int formatTop = 41;
constexpr int formatHeight = 22;
constexpr int rateTop = 67;
constexpr int stripLineHeight = 22;
constexpr int stripLaneGap = 4;
constexpr int markHeight = 18;
constexpr int narrowestTitled
    = 24; ///< pixels; measuring a word for each sliver would cost more than the rest

} // namespace

TimelineStrip::TimelineStrip(ViewRange* range, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
{
    setMouseTracking(true);
    showLanes();
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
    showLanes();
    update();
}

void TimelineStrip::showLanes()
{
    const RangeSummary scale = m_run ? m_run->columns().lossScale.over(0, m_run->ticks()) : RangeSummary{};
    m_showsScale = m_run && (scale.least != scale.most || !m_run->skippedTicks().empty());
    const int lines = m_showsScale ? 2 : 1;
    setFixedHeight(rateTop + lines * (stripLineHeight + stripLaneGap) + markHeight + stripLaneGap);
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

void TimelineStrip::drawLane(
    QPainter& painter, int top, int height, const std::vector<TimelineBand>& bands, bool phases) const
{
    const int left = plotLeftMargin;
    const int right = width() - plotRightMargin;
    std::vector<QColor> colours; // by key: a look-up in the theme for each of thousands of slivers is dear
    if (phases)
        for (const Phase phase : allPhases)
            colours.push_back(theme().of(phase));
    else
        for (const Precision precision : allPrecisions)
            colours.push_back(theme().of(precision));
    for (const TimelineBand& band : bands) {
        // snapped to pixels, so that neighbours neither gap nor overlap
        const int from
            = std::clamp(static_cast<int>(std::lround(x(static_cast<double>(band.from)))), left, right);
        const int to
            = std::clamp(static_cast<int>(std::lround(x(static_cast<double>(band.to)))), left, right);
        if (to <= from)
            continue;
        const QColor& colour = colours[static_cast<std::size_t>(band.key)];
        painter.fillRect(from, top, to - from, height, colour);
        if (to - from > 2)
            painter.fillRect(to - 1, top, 1, height, theme().panel);
        if (to - from < narrowestTitled)
            continue;
        const QString title = text(
            phases ? titleOf(static_cast<Phase>(band.key)) : titleOf(static_cast<Precision>(band.key)));
        if (painter.fontMetrics().horizontalAdvance(title) + 6 < to - from) {
            painter.setPen(Theme::inkOn(colour));
            painter.drawText(QRect(from, top, to - from, height), Qt::AlignCenter, title);
        }
    }
}

TickColumns TimelineStrip::columns() const
{
    return {m_range->from(), m_range->to(), std::max(1, width() - plotLeftMargin - plotRightMargin)};
}

void TimelineStrip::drawLine(QPainter& painter, int top, int height, const Series& series, bool isLog) const
{
    const RangeSummary all = series.over(0, series.size());
    if (all.count == 0)
        return;
    const auto part = [&](double value) { // of the lane's height
        if (isLog)
            return all.most > all.least ? std::log2(value / all.least) / std::log2(all.most / all.least)
                                        : 0.5;
        return all.most > 0 ? value / all.most : 0;
    };
    const TickColumns shown = columns();
    const int inside = height - 4;
    QList<QLineF> lines;
    QPointF last;
    for (int i = 0; i < shown.pixels; ++i) {
        const TickBucket bucket = shown.bucketOf(i);
        const RangeSummary range = series.over(bucket.begin, bucket.end);
        if (range.count == 0)
            continue;
        const QPointF at(
            plotLeftMargin + i + 0.5, top + height - 2 - part(isLog ? range.least : range.mean()) * inside);
        if (!last.isNull()) { // a value holds until the next
            lines.append(QLineF(last, QPointF(at.x(), last.y())));
            lines.append(QLineF(QPointF(at.x(), last.y()), at));
        }
        last = at;
    }
    painter.fillRect(plotLeftMargin, top + height - 1, shown.pixels, 1, theme().grid);
    painter.setPen(QPen(theme().accent, 1));
    painter.drawLines(lines);
}

void TimelineStrip::drawMarks(
    QPainter& painter, int top, int height, const std::vector<const Segment*>& segments) const
{
    const auto mark = [&](const std::vector<std::int64_t>& ticks, const QColor& colour, bool high) {
        for (const int pixel : markPixels(ticks, columns()))
            painter.fillRect(plotLeftMargin + pixel, top + (high ? 0 : height / 2), 2, height / 2, colour);
    };
    std::vector<std::int64_t> casts;
    for (const Segment* segment : segments)
        if (segment->start->casts > 0)
            casts.push_back(segment->tick);
    mark(casts, theme().accent, true);
    std::vector<std::int64_t> checkpoints;
    for (const CheckpointSaved& checkpoint : m_run->checkpoints())
        checkpoints.push_back(checkpoint.tick);
    mark(checkpoints, theme().muted, false);
    mark(m_run->skippedTicks(), theme().bad, true);
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
    label(rateTop, stripLineHeight, tr("learning rate"));
    const int scaleTop = rateTop + stripLineHeight + stripLaneGap;
    const int markTop = m_showsScale ? scaleTop + stripLineHeight + stripLaneGap : scaleTop;
    if (m_showsScale)
        label(scaleTop, stripLineHeight, tr("loss scale"));
    label(markTop, markHeight, tr("marks"));
    if (!m_run || m_run->ticks() == 0) {
        painter.drawText(QRect(plotLeftMargin, phaseTop, width() - plotLeftMargin, phaseHeight),
            Qt::AlignCenter, tr("phases appear here once a run starts"));
        return;
    }
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const auto segments = segmentsInView(*m_run, columns());
    drawLane(painter, phaseTop, phaseHeight, phaseBands(*m_run, segments), true);
    drawLane(painter, formatTop, formatHeight, formatBands(*m_run, segments), false);
    drawLine(painter, rateTop, stripLineHeight, m_run->columns().learningRate, false);
    if (m_showsScale)
        drawLine(painter, scaleTop, stripLineHeight, m_run->columns().lossScale, true);
    drawMarks(painter, markTop, markHeight, segments);
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
    m_range->setCursor(static_cast<std::int64_t>(std::floor(m_range->from()
        + (event->position().x() - plotLeftMargin) / width * (m_range->to() - m_range->from()))));
}

void TimelineStrip::leaveEvent(QEvent*) { m_range->setCursor(-1); }

bool TimelineStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || !m_run || m_range->cursor() < 0)
        return QWidget::event(event);
    const Segment* segment = m_run->segmentAt(m_range->cursor());
    const auto number = [&](const Series& series) {
        const float value = m_range->cursor() < series.size() ? series.at(m_range->cursor()) : NAN;
        return std::isnan(value) ? tr("none in a probe")
                                 : QString::number(static_cast<double>(value), 'g', 6);
    };
    if (segment)
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(),
            tr("%1 in %2, ticks %3 to %4\n%5\n%6 tensors cast, %7 in %8, %9 mismatches")
                    .arg(text(titleOf(segment->start->phase)), text(titleOf(segment->start->plan.compute)),
                        countText(segment->tick), countText(segment->endTick), text(segment->start->reason),
                        countText(segment->start->casts),
                        bytesText(static_cast<double>(segment->start->castBytes)),
                        hasRealSeconds(m_run->config()) ? secondsText(segment->castSeconds) : u"–"_s,
                        countText(segment->start->castMismatches))
                % u'\n'
                % tr("learning rate %1, loss scale %2")
                      .arg(number(m_run->columns().learningRate), number(m_run->columns().lossScale)),
            this);
    return true;
}

} // namespace mantissa::ui
