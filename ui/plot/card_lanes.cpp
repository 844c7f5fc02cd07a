// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/card_lanes.h"

#include "ui/plot/plot_view.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int usualHeight = 17; // of a lane
constexpr int leastHeight = 11; // in a low window
constexpr int cardLaneGap = 3;
constexpr int cardTopMargin = 2;
constexpr double gib = 1 << 30;

} // namespace

CardLanes::CardLanes(ViewRange* range, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
{
    setMouseTracking(true);
    setObjectName(u"cardLanes"_s);
    setAccessibleName(tr("Temperature, power, clock and load of the card"));
    connect(range, &ViewRange::changed, this, &CardLanes::showNewData);
    connect(range, &ViewRange::cursorMoved, this, qOverload<>(&QWidget::update));
}

std::vector<CardLanes::Lane> CardLanes::lanes() const
{
    if (!m_run || m_run->card().isEmpty())
        return {};
    const CardColumns& columns = m_run->card().columns();
    const CardReading& last = m_run->card().readings().back().reading;
    std::vector<Lane> lanes{
        {tr("temp."), tr("°C"), &columns.celsius, m_run->config().memory.maxCelsius.value_or(NAN)},
        {tr("power"), tr("W"), &columns.watts, last.limitWatts.value_or(NAN)},
        {tr("clock"), tr("MHz"), &columns.megahertz, NAN}, {tr("load"), tr("%"), &columns.loadPercent, 100},
        {tr("others"), tr("GiB"), &columns.othersBytes, NAN, gib, 1}};
    std::erase_if(
        lanes, [](const Lane& lane) { return lane.series->over(0, lane.series->size()).count == 0; });
    return lanes;
}

QString CardLanes::Lane::number(double value) const { return QString::number(value / perUnit, 'f', digits); }

QStringList CardLanes::titles() const
{
    QStringList titles;
    for (const Lane& lane : lanes())
        titles << lane.title;
    return titles;
}

void CardLanes::setRun(const Run* run)
{
    m_run = run;
    showNewData();
}

void CardLanes::showNewData()
{
    m_changed = true;
    const auto count = static_cast<int>(lanes().size());
    m_laneCount = std::max(1, count);
    setMinimumHeight(cardTopMargin + m_laneCount * (leastHeight + cardLaneGap));
    setMaximumHeight(sizeHint().height());
    update();
}

QSize CardLanes::sizeHint() const { return {400, cardTopMargin + m_laneCount * (usualHeight + cardLaneGap)}; }

int CardLanes::laneHeight() const { return (height() - cardTopMargin) / m_laneCount - cardLaneGap; }

void CardLanes::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        showNewData();
    QWidget::changeEvent(event);
}

double CardLanes::x(double tick) const
{
    const double width = this->width() - plotLeftMargin - plotRightMargin;
    return plotLeftMargin + (tick - m_range->from()) / (m_range->to() - m_range->from()) * width;
}

TickColumns CardLanes::columns() const
{
    return {m_range->from(), m_range->to(), std::max(1, width() - plotLeftMargin - plotRightMargin)};
}

void CardLanes::drawLane(QPainter& painter, int top, const Lane& lane) const
{
    const RangeSummary all = lane.series->over(0, lane.series->size());
    // from 0, so that a lane is not full of noise; what it is compared with is in view
    const double high = std::max({static_cast<double>(all.most) * 1.05, lane.limit * 1.05, 1.0});
    const auto y = [&](double value) { return top + laneHeight() - 1 - value / high * (laneHeight() - 2); };
    const TickColumns shown = columns();
    QList<QLineF> envelope, mean;
    QPointF last;
    for (int i = 0; i < shown.pixels; ++i) {
        const TickBucket bucket = shown.bucketOf(i);
        const RangeSummary range = lane.series->over(bucket.begin, bucket.end);
        if (range.count == 0)
            continue;
        const double at = plotLeftMargin + i + 0.5;
        envelope.append(
            QLineF(at, y(static_cast<double>(range.least)), at, y(static_cast<double>(range.most))));
        const QPointF point(at, y(range.mean()));
        if (!last.isNull())
            mean.append(QLineF(last, point));
        last = point;
    }
    painter.fillRect(plotLeftMargin, top + laneHeight() - 1, shown.pixels, 1, theme().grid);
    if (!std::isnan(lane.limit)) {
        painter.setPen(QPen(theme().muted, 1, Qt::DotLine));
        painter.drawLine(
            QPointF(plotLeftMargin, y(lane.limit)), QPointF(plotLeftMargin + shown.pixels, y(lane.limit)));
    }
    painter.setPen(QPen(Theme::mixed(theme().panel, theme().accent, 0.4), 1));
    painter.drawLines(envelope);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().accent, 1.5));
    painter.drawLines(mean);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void CardLanes::draw(QPainter& painter) const
{
    painter.setFont(smallFont());
    int top = cardTopMargin;
    for (const Lane& lane : lanes()) {
        const RangeSummary newest = lane.series->over(lane.series->size() - 1, lane.series->size());
        painter.setPen(theme().muted);
        painter.drawText(QRect(0, top, plotLeftMargin - 8, laneHeight()), Qt::AlignRight | Qt::AlignVCenter,
            lane.title % u", "_s % lane.unit);
        painter.setPen(theme().text);
        painter.drawText(QRect(width() - plotRightMargin + 3, top, plotRightMargin - 3, laneHeight()),
            Qt::AlignLeft | Qt::AlignVCenter, newest.count > 0 ? lane.number(newest.mean()) : u"–"_s);
        drawLane(painter, top, lane);
        top += laneHeight() + cardLaneGap;
    }
}

void CardLanes::paintEvent(QPaintEvent*)
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
    }
    painter.drawPixmap(0, 0, m_drawn);
    if (m_run && m_run->ticks() > 0 && m_range->cursor() >= 0) {
        painter.setPen(QPen(theme().text, 1, Qt::DashLine));
        const double at = x(static_cast<double>(m_range->cursor()) + 0.5);
        painter.drawLine(QPointF(at, 0), QPointF(at, height()));
    }
}

void CardLanes::mouseMoveEvent(QMouseEvent* event)
{
    const double width = this->width() - plotLeftMargin - plotRightMargin;
    m_range->setCursor(static_cast<std::int64_t>(std::floor(m_range->from()
        + (event->position().x() - plotLeftMargin) / width * (m_range->to() - m_range->from()))));
}

void CardLanes::leaveEvent(QEvent*) { m_range->setCursor(-1); }

bool CardLanes::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || m_range->cursor() < 0)
        return QWidget::event(event);
    QStringList lines{tr("tick %1").arg(countText(m_range->cursor()))};
    for (const Lane& lane : lanes())
        if (m_range->cursor() < lane.series->size()) {
            const auto value = static_cast<double>(lane.series->at(m_range->cursor()));
            lines << lane.title % u" "_s
                    % (std::isnan(value) ? tr("not known") : QString(lane.number(value) % u' ' % lane.unit));
        }
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), lines.join(u'\n'), this);
    return true;
}

} // namespace mantissa::ui
