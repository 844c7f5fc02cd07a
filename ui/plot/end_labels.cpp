// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/end_labels.h"

#include "ui/theme/theme.h"

#include <QChart>
#include <QFontMetricsF>
#include <QGraphicsLineItem>
#include <QGraphicsSimpleTextItem>
#include <QXYSeries>

#include <algorithm>
#include <numeric>

namespace mantissa::ui {

namespace {

constexpr double widestTitle = 190; ///< pixels; a longer one loses its middle
constexpr double labelRowHeight = 15;
constexpr double dash = 26; ///< of the line, long enough to tell its pattern
constexpr double gap = 6;

struct Placed {
    QXYSeries* line;
    QGraphicsLineItem* sample;
    QGraphicsSimpleTextItem* title;
};

void place(QChart* chart, const std::vector<Placed>& labels)
{
    const QRectF area = chart->plotArea();
    std::vector<double> wanted;
    for (const Placed& label : labels)
        wanted.push_back(chart->mapToPosition(label.line->points().constLast(), label.line).y());
    const auto heights = spreadApart(
        wanted, labelRowHeight, area.top() + labelRowHeight / 2, area.bottom() - labelRowHeight / 2);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double x = area.right() + gap;
        labels[i].sample->setLine(x, heights[i], x + dash, heights[i]);
        labels[i].title->setPos(x + dash + gap, heights[i] - labels[i].title->boundingRect().height() / 2);
    }
}

} // namespace

std::vector<double> spreadApart(const std::vector<double>& wanted, double apart, double low, double high)
{
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(
        order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    std::vector<double> heights(wanted.size());
    double least = low;
    for (const std::size_t i : order) { // downwards: none above the one before
        heights[i] = std::max(wanted[i], least);
        least = heights[i] + apart;
    }
    double most = high;
    for (auto i = order.rbegin(); i != order.rend(); ++i) { // and back, so that the last stays inside
        heights[*i] = std::min(heights[*i], most);
        most = heights[*i] - apart;
    }
    return heights;
}

void labelLineEnds(QChart* chart, const std::vector<EndLabel>& labels)
{
    const QFont font = smallFont();
    const QFontMetricsF metrics(font);
    std::vector<Placed> placed;
    double widest = 0;
    for (const EndLabel& label : labels) {
        auto* title = new QGraphicsSimpleTextItem(
            metrics.elidedText(label.title, Qt::ElideMiddle, widestTitle), chart);
        title->setFont(font);
        title->setBrush(theme().text);
        title->setToolTip(label.title);
        auto* sample = new QGraphicsLineItem(chart);
        QPen pen = label.line->pen();
        pen.setWidthF(3);
        sample->setPen(pen);
        for (QGraphicsItem* item : std::initializer_list<QGraphicsItem*>{title, sample})
            item->setZValue(10);
        widest = std::max(widest, title->boundingRect().width());
        placed.push_back({label.line, sample, title});
    }
    QMargins margins = chart->margins();
    if (!placed.empty())
        margins.setRight(static_cast<int>(gap + dash + gap + widest + gap));
    chart->setMargins(margins);
    QObject::connect(chart, &QChart::plotAreaChanged, chart, [chart, placed] { place(chart, placed); });
}

} // namespace mantissa::ui
