// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_view.h"

#include "ui/plot/tip_box.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLineSeries>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

namespace {

constexpr int viewTopMargin = 8;
constexpr int viewBottomMargin = 26;
constexpr int pixelsPerXTick = 110;

void replaceTicks(QCategoryAxis* axis, const std::vector<Tick>& ticks, double low, double high)
{
    for (const QString& label : axis->categoriesLabels())
        axis->remove(label);
    axis->setRange(low, high);
    axis->setStartValue(low);
    for (const Tick& tick : ticks)
        axis->append(text(tick.label), tick.value);
}

bool haveSameLabels(const std::vector<Tick>& a, const std::vector<Tick>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
        [](const Tick& x, const Tick& y) { return x.label == y.label; });
}

} // namespace

PlotView::PlotView(ViewRange* range, QWidget* parent)
    : QGraphicsView(parent)
    , m_range(range)
    , m_chart(new QChart)
    , m_x(new QCategoryAxis)
    , m_y(new QCategoryAxis)
{
    setScene(new QGraphicsScene(this));
    scene()->addItem(m_chart);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(66);
    m_chart->legend()->hide();
    m_chart->setMargins({});
    m_chart->setBackgroundRoundness(0);
    for (QCategoryAxis* axis : {m_x, m_y}) {
        axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
        axis->setTruncateLabels(false); // a low plot would show three dots for each number
    }
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    auto* series = new QLineSeries; // axes want one; it stays empty
    m_chart->addSeries(series);
    series->attachAxis(m_x);
    series->attachAxis(m_y);
    applyColours();
    connect(m_range, &ViewRange::changed, this, &PlotView::refresh);
    connect(m_range, &ViewRange::cursorMoved, this, &PlotView::showTip);
}

void PlotView::applyColours()
{
    setBackgroundBrush(theme().panel);
    m_chart->setBackgroundBrush(theme().panel);
    for (QCategoryAxis* axis : {m_x, m_y}) {
        axis->setLabelsColor(theme().muted);
        axis->setLabelsFont(smallFont());
        axis->setLinePen(QPen(theme().grid));
        axis->setGridLinePen(QPen(theme().grid, 1));
    }
    m_x->setGridLineVisible(false);
    m_x->setLabelsVisible(false);
    for (PlotLayer* layer : m_layers)
        layer->markChanged();
}

QGraphicsItem* PlotView::layerParent() const { return m_chart; }

void PlotView::addLayer(PlotLayer* layer)
{
    layer->setZValue(5);
    m_layers.push_back(layer);
}

void PlotView::setY(double low, double high, const std::vector<Tick>& ticks, bool isLog)
{
    if (low == m_low && high == m_high && isLog == m_isLog && haveSameLabels(ticks, m_yTicks))
        return;
    m_low = low;
    m_high = high;
    m_isLog = isLog;
    m_yTicks = ticks;
    placeYTicks();
}

void PlotView::placeYTicks()
{
    std::vector<Tick> placed = m_yTicks; // the chart's own axis is linear: 0 to 1
    const PlotLayer::Frame frame{.low = m_low, .high = m_high, .isLog = m_isLog};
    for (Tick& tick : placed)
        tick.value = std::clamp(frame.part(tick.value), 0.0, 1.0);
    replaceTicks(m_y, placed, 0, 1);
}

void PlotView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void PlotView::drawXTicks(QPainter& painter) const
{
    const QRectF area = m_chart->plotArea();
    const PlotLayer::Frame frame{.area = area, .from = m_range->from(), .to = m_range->to()};
    constexpr double reach = 4; // of a mark
    painter.setFont(smallFont());
    for (const Tick& tick :
        m_range->axisTicks(std::max(2, static_cast<int>(area.width()) / pixelsPerXTick))) {
        const double x = frame.x(tick.value);
        painter.setPen(theme().grid);
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + reach));
        painter.setPen(theme().muted);
        painter.drawText(
            QRectF(x - pixelsPerXTick / 2.0, area.bottom() + reach, pixelsPerXTick, viewBottomMargin - reach),
            Qt::AlignCenter, text(tick.label));
    }
}

void PlotView::showNewData()
{
    for (PlotLayer* layer : m_layers)
        layer->markChanged();
    refresh();
}

void PlotView::refresh()
{
    const QRectF area(plotLeftMargin, viewTopMargin, width() - plotLeftMargin - plotRightMargin,
        height() - viewTopMargin - viewBottomMargin);
    if (area.width() < 10 || area.height() < 10)
        return;
    if (m_chart->plotArea() != area) {
        m_chart->setPlotArea(area);
        placeYTicks(); // the axis moves to a new plot area only when its ticks are set anew
    }
    for (PlotLayer* layer : m_layers)
        layer->setFrame({area, m_range->from(), m_range->to(), m_low, m_high, m_isLog});
    viewport()->update();
    Q_EMIT columnsChanged();
}

TickColumns PlotView::columns() const
{
    return {m_range->from(), m_range->to(), std::max(1, width() - plotLeftMargin - plotRightMargin)};
}

void PlotView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    setSceneRect(0, 0, width(), height());
    m_chart->resize(width(), height());
    refresh();
}

double PlotView::tickAt(double x) const
{
    const QRectF area = m_chart->plotArea();
    return m_range->from() + (x - area.left()) / area.width() * (m_range->to() - m_range->from());
}

double PlotView::crosshairX() const
{
    const QRectF area = m_chart->plotArea();
    return area.left()
        + (static_cast<double>(m_range->cursor()) + 0.5 - m_range->from()) / (m_range->to() - m_range->from())
        * area.width();
}

void PlotView::drawForeground(QPainter* painter, const QRectF&)
{
    const QRectF area = m_chart->plotArea();
    if (hasFocus()) {
        painter->setPen(theme().accent);
        painter->drawRect(area);
    }
    if (!m_emptyText.isEmpty()) {
        painter->setPen(theme().muted);
        painter->drawText(area, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    drawXTicks(*painter);
    const double x = crosshairX();
    if (m_range->cursor() < 0 || x < area.left() || x > area.right())
        return;
    painter->setPen(QPen(theme().text, 1, Qt::DashLine));
    painter->drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void PlotView::showTip()
{
    viewport()->update();
    const bool wanted = m_tip && m_range->cursor() >= 0 && (underMouse() || (m_keyCursor && hasFocus()));
    if (!wanted && !m_tipBox)
        return;
    if (!m_tipBox)
        m_tipBox = new TipBox(window());
    const QPoint crosshair(static_cast<int>(crosshairX()), static_cast<int>(m_chart->plotArea().top()));
    m_tipBox->showLines(wanted ? m_tip(columns().bucketAt(m_range->cursor())) : std::vector<TipLine>{},
        mapTo(window(), crosshair));
}

} // namespace mantissa::ui
