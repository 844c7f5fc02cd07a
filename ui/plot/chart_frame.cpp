// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/chart_frame.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QGraphicsLayout>
#include <QLegend>

#include <algorithm>

namespace mantissa::ui {

double widthOf(const QString& label) { return QFontMetricsF(smallFont()).horizontalAdvance(label); }

void beginAt(QChart* chart, double left, double widestLabel)
{
    QMargins margins = chart->margins();
    margins.setLeft(std::max(0, static_cast<int>(left - widestLabel)));
    chart->setMargins(margins);
}

double widest(const std::vector<Tick>& ticks)
{
    double width = 0;
    for (const Tick& tick : ticks)
        width = std::max(width, widthOf(text(tick.label)));
    return width;
}

QChart* newChart()
{
    auto* chart = new QChart;
    chart->setMargins({4, 4, 12, 4});
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setBackgroundBrush(theme().panel);
    chart->setBackgroundRoundness(0);
    chart->legend()->setLabelColor(theme().muted);
    chart->legend()->setFont(smallFont());
    chart->legend()->setAlignment(Qt::AlignBottom);
    return chart;
}

void wrapLegend(QChart* chart)
{
    constexpr int height = 52;
    QMargins margins = chart->margins();
    margins.setBottom(height);
    chart->setMargins(margins);
    chart->legend()->detachFromChart();
    chart->legend()->setAlignment(Qt::AlignTop); // the first row above the second
    QObject::connect(chart, &QGraphicsWidget::geometryChanged, chart->legend(), [chart] {
        chart->legend()->setGeometry(
            QRectF(0, chart->size().height() - height, chart->size().width(), height));
    });
}

QWidget* viewOf(QChart* chart, QWidget* parent)
{
    auto* view = new QChartView(chart, parent);
    view->setRenderHint(QPainter::Antialiasing);
    view->setBackgroundBrush(theme().panel);
    view->setFrameShape(QFrame::NoFrame);
    view->setAttribute(
        Qt::WA_TransparentForMouseEvents); // presses on an empty spot crash Qt Charts 6.4 (QTBUG-118669)
    view->setFocusPolicy(Qt::NoFocus); // nothing in it takes keys; the tables beside say the same
    view->setMinimumHeight(150);
    return view;
}

void dress(QAbstractAxis* axis, const QString& title)
{
    axis->setLabelsColor(theme().muted);
    axis->setLabelsFont(smallFont());
    axis->setTitleBrush(theme().muted);
    axis->setTitleFont(smallFont());
    axis->setTitleText(title);
    axis->setLinePen(QPen(theme().grid));
    axis->setGridLinePen(QPen(theme().grid));
}

QCategoryAxis* axisOf(const ChartAxis& axis, const QString& title)
{
    auto* drawn = new QCategoryAxis;
    drawn->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    drawn->setTruncateLabels(false); // three dots are no number
    drawn->setStartValue(axis.low);
    drawn->setRange(axis.low, axis.high);
    for (const Tick& tick : axis.ticks)
        drawn->append(text(tick.label), tick.value);
    dress(drawn, title);
    return drawn;
}

void attach(QAbstractSeries* series, QAbstractAxis* x, QAbstractAxis* y)
{
    series->attachAxis(x);
    series->attachAxis(y);
}

} // namespace mantissa::ui
