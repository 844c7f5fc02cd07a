// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/static_charts.h"

#include "core/output/titles.h"
#include "ui/plot/chart_frame.h"
#include "ui/plot/end_labels.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAreaSeries>
#include <QBarCategoryAxis>
#include <QBarSet>
#include <QCategoryAxis>
#include <QChart>
#include <QFontMetricsF>
#include <QHorizontalStackedBarSeries>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QScatterSeries>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Colour is not the only cue, and the pairs of both repeat after sixteen runs only.
std::size_t cueOf(std::size_t i) { return (i + i / 4) % 4; }

QColor colourOf(const SeriesRuns& runs)
{
    return runs.hasBaseline ? theme().baseline() : theme().series(runs.look);
}

QPen linePen(const SeriesRuns& runs)
{
    QPen pen(colourOf(runs), 2);
    constexpr Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    if (!runs.hasBaseline)
        pen.setStyle(styles[cueOf(runs.look)]);
    return pen;
}

QString titleOf(AxisUnit unit)
{
    switch (unit) {
    case AxisUnit::Tick:
        return QObject::tr("tick");
    case AxisUnit::Step:
        return QObject::tr("step");
    case AxisUnit::Tokens:
        return QObject::tr("trained tokens");
    case AxisUnit::Seconds:
        return QObject::tr("time in steps and probes");
    }
    return {};
}

QString titleOf(const OverlayAxis& axis)
{
    return axis.since
        ? QObject::tr("%1 since the first %2").arg(titleOf(axis.unit), text(mantissa::titleOf(*axis.since)))
        : titleOf(axis.unit);
}

/// The marks of one kind, in their order.
template <class Mark> std::vector<const Mark*> marksOf(const std::vector<ChartMark>& marks)
{
    std::vector<const Mark*> found;
    for (const ChartMark& mark : marks)
        if (const auto* one = std::get_if<Mark>(&mark))
            found.push_back(one);
    return found;
}

QList<QPointF> pointsOf(const ChartSeries& series)
{
    QList<QPointF> points;
    for (const ChartPoint& point : series.points)
        points.append(QPointF(point.x, point.y));
    return points;
}

QString titleOf(const ChartSeries& line, const ChartInput& input)
{
    QString title = text(input.runs[line.of.first].title);
    if (line.of.count > 1)
        title = QObject::tr("%1 × %2 seeds").arg(title).arg(line.of.count);
    return line.of.hasBaseline ? title % QObject::tr(" (baseline)") : title;
}

/// From the least to the most of the repeats; opaque, as translucent fills are slow.
void addBand(QChart* chart, const ChartSeries& line, QAbstractAxis* x, QAbstractAxis* y)
{
    auto* high = new QLineSeries(chart);
    auto* low = new QLineSeries(chart);
    for (const ChartPoint& point : line.points) {
        high->append(point.x, point.high);
        low->append(point.x, point.low);
    }
    auto* band = new QAreaSeries(high, low);
    band->setPen(Qt::NoPen);
    band->setBrush(Theme::mixed(theme().panel, colourOf(line.of), 0.25));
    chart->addSeries(band);
    attach(band, x, y);
}

/// The edges of a band across the chart.
void addEdges(QChart* chart, const ChartBar& band, QAbstractAxis* x, QAbstractAxis* y)
{
    for (const double edge : {band.yLow, band.yHigh}) {
        auto* limit = new QLineSeries;
        limit->setPen(QPen(theme().good, 1, Qt::DashLine));
        limit->append(band.xLow, edge);
        limit->append(band.xHigh, edge);
        chart->addSeries(limit);
        attach(limit, x, y);
    }
}

/// What a row of the bars holds of a class.
double valueOf(const ChartBars& bars, double row, const ChartRole& role)
{
    double sum = 0;
    for (const ChartBar& bar : bars.bars)
        if (bar.role == role && bar.yLow < row && row < bar.yHigh)
            sum += bar.xHigh - bar.xLow;
    return sum;
}

} // namespace

QWidget* linesChart(const ChartSpec& spec, const ChartInput& input, QWidget* parent)
{
    QChart* chart = newChart();
    auto* x = axisOf(spec.x, titleOf(input.axis));
    auto* y = axisOf(spec.y, {});
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    for (const ChartBars* bars : marksOf<ChartBars>(spec.ground))
        for (const ChartBar& bar : bars->bars)
            addEdges(chart, bar, x, y);
    const auto lines = marksOf<ChartSeries>(spec.marks);
    for (const ChartSeries* line : lines) // bands below all lines
        if (line->of.count > 1)
            addBand(chart, *line, x, y);
    std::vector<EndLabel> labels;
    for (const ChartSeries* line : lines) {
        auto* series = new QLineSeries;
        series->setName(titleOf(*line, input));
        series->setPen(linePen(line->of));
        series->setPointsVisible(line->hasDots);
        series->replace(pointsOf(*line));
        chart->addSeries(series);
        attach(series, x, y);
        if (!line->points.empty())
            labels.push_back({series, series->name()});
    }
    chart->legend()->hide();
    labelLineEnds(chart, labels);
    beginAt(chart, lineChartLeft, widest(spec.y.ticks));
    return viewOf(chart, parent);
}

QWidget* classBarsChart(const ChartSpec& spec, QWidget* parent)
{
    QChart* chart = newChart();
    auto* bars = new QHorizontalStackedBarSeries;
    bars->setBarWidth(0.6);
    const std::vector<Tick> rows(spec.y.ticks.rbegin(), spec.y.ticks.rend()); // the axis counts from below
    QStringList names;
    double widestName = 0;
    for (const Tick& row : rows) {
        names.append(
            QFontMetricsF(smallFont()).elidedText(text(row.label), Qt::ElideRight, sideChartLeft - 12));
        widestName = std::max(widestName, widthOf(names.back()));
    }
    for (const ChartBars* measured : marksOf<ChartBars>(spec.marks))
        for (const MemoryClass memoryClass : allMemoryClasses) {
            if (std::none_of(spec.legend.begin(), spec.legend.end(),
                    [&](const ChartKey& key) { return key.role == nameOf(memoryClass); }))
                continue;
            auto* set = new QBarSet(text(mantissa::titleOf(memoryClass)));
            set->setBrush(theme().of(memoryClass));
            set->setPen(Qt::NoPen);
            for (const Tick& row : rows)
                *set << valueOf(*measured, row.value, std::string(nameOf(memoryClass)));
            bars->append(set);
        }
    chart->addSeries(bars);
    auto* y = new QBarCategoryAxis;
    y->setTruncateLabels(false); // they are cut to fit already, at their ends
    y->append(names);
    dress(y, {});
    y->setGridLineVisible(false);
    auto* x = axisOf(spec.x, {});
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    attach(bars, x, y);
    beginAt(chart, sideChartLeft, widestName);
    wrapLegend(chart);
    return viewOf(chart, parent);
}

QWidget* tradeoffChart(const ChartSpec& spec, const ChartInput& input, QWidget* parent)
{
    QChart* chart = newChart();
    auto* x
        = axisOf(spec.x, {}); // the card says what it counts: a title is three dots where the chart is low
    auto* y = axisOf(spec.y, {});
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    constexpr QScatterSeries::MarkerShape shapes[]
        = {QScatterSeries::MarkerShapeCircle, QScatterSeries::MarkerShapeRectangle,
            QScatterSeries::MarkerShapeTriangle, QScatterSeries::MarkerShapeStar};
    const auto series = marksOf<ChartSeries>(spec.marks);
    for (std::size_t i = 0; i < series.size(); ++i) {
        const QList<QPointF> points = pointsOf(*series[i]);
        if (series[i]->shape == ChartSeries::Shape::Line) {
            auto* front = new QLineSeries;
            front->setPen(QPen(theme().muted, 1, Qt::DashLine));
            front->replace(points);
            chart->addSeries(front);
            chart->legend()->markers(front).constFirst()->setVisible(false);
            attach(front, x, y);
            continue;
        }
        const SeriesRuns& runs = series[i]->of;
        const bool isUnderNext = i + 1 < series.size() && pointsOf(*series[i + 1]) == points;
        auto* dot = new QScatterSeries;
        dot->setName(text(input.runs[runs.first].title));
        dot->setMarkerShape(
            runs.hasBaseline ? QScatterSeries::MarkerShapePentagon : shapes[cueOf(runs.look)]);
        dot->setMarkerSize(isUnderNext ? 18 : 12); // shows around the other
        dot->setColor(colourOf(runs));
        dot->setBorderColor(theme().panel);
        dot->replace(points);
        chart->addSeries(dot);
        attach(dot, x, y);
    }
    chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    beginAt(chart, sideChartLeft, widest(spec.y.ticks));
    wrapLegend(chart);
    return viewOf(chart, parent);
}

} // namespace mantissa::ui
