// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/static_charts.h"

#include "core/evidence/quality_delta.h"
#include "core/output/chart_spec.h"
#include "ui/plot/end_labels.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAreaSeries>
#include <QBarCategoryAxis>
#include <QBarSet>
#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QGraphicsLayout>
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

constexpr double mebi = 1048576.0;

// Where plots begin, in pixels: the same for charts that stand one above the other, whatever their labels
// need. (A plot area set by hand does not take its axes along in Qt Charts 6.4.)
constexpr double lineChartLeft = 64;
constexpr double sideChartLeft = 100; ///< names of presets

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

/// In rows, below the chart: a legend that is attached to its chart has one row and shortens its words.
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

QCategoryAxis* tickAxis(const std::vector<Tick>& ticks, double low, double high, const QString& title)
{
    auto* axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setStartValue(low);
    axis->setRange(low, high);
    for (const Tick& tick : ticks)
        axis->append(text(tick.label), tick.value);
    dress(axis, title);
    return axis;
}

void attach(QAbstractSeries* series, QAbstractAxis* x, QAbstractAxis* y)
{
    series->attachAxis(x);
    series->attachAxis(y);
}

/// Colour is not the only cue, and the pairs of both repeat after sixteen runs only.
std::size_t cueOf(std::size_t i) { return (i + i / 4) % 4; }

QPen linePen(std::size_t i)
{
    QPen pen(theme().series(static_cast<int>(i)), 2);
    constexpr Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    pen.setStyle(styles[cueOf(i)]);
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

/// From the least to the most of the repeats; opaque, as translucent fills are slow.
void addBand(QChart* chart, const ChartLine& line, QAbstractAxis* x, QAbstractAxis* y)
{
    auto* high = new QLineSeries(chart);
    auto* low = new QLineSeries(chart);
    for (const OverlayPoint& point : line.points) {
        high->append(point.x, point.high);
        low->append(point.x, point.low);
    }
    auto* band = new QAreaSeries(high, low);
    band->setPen(Qt::NoPen);
    band->setBrush(Theme::mixed(theme().panel, theme().series(line.index), 0.25));
    chart->addSeries(band);
    attach(band, x, y);
}

} // namespace

QWidget* overlayChart(
    LineKind kind, const OverlayAxis& axis, const std::vector<ChartLine>& lines, QWidget* parent)
{
    QChart* chart = newChart();
    double last = 1;
    double low = kind == LineKind::Loss ? INFINITY : 0;
    double high = kind == LineKind::Quality ? 1.3 * claimedDeltaPercent : -INFINITY;
    for (const ChartLine& line : lines)
        for (const OverlayPoint& point : line.points) {
            last = std::max(last, point.x);
            low = std::min(low, point.low);
            high = std::max(high,
                kind == LineKind::Quality ? 1.15 * std::max(std::abs(point.low), std::abs(point.high))
                                          : point.high);
        }
    if (kind == LineKind::Quality)
        low = -high;
    if (!(high > low)) {
        low = std::isfinite(low) ? low : 0;
        high = low + 1;
    }
    const double room = kind == LineKind::Quality ? 0 : 0.08 * (high - low);
    high += room;
    low -= kind == LineKind::Loss ? room : 0;
    auto* x = tickAxis(axis.unit == AxisUnit::Seconds ? timeTicks(0, last, 7) : niceTicks(0, last, 7), 0,
        last, titleOf(axis));
    const std::vector<Tick> yTicks
        = kind == LineKind::Memory ? byteTicks(high, 5) : niceTicks(low, high, 6, kind == LineKind::Quality);
    auto* y = tickAxis(yTicks, low, high, {});
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    for (const double edge : {-claimedDeltaPercent, claimedDeltaPercent}) {
        if (kind != LineKind::Quality)
            break;
        auto* limit = new QLineSeries;
        limit->setPen(QPen(theme().good, 1, Qt::DashLine));
        limit->append(0, edge);
        limit->append(last, edge);
        chart->addSeries(limit);
        attach(limit, x, y);
    }
    for (const ChartLine& line : lines) // bands below all lines
        if (line.hasBand)
            addBand(chart, line, x, y);
    std::vector<EndLabel> labels;
    for (const ChartLine& line : lines) {
        auto* series = new QLineSeries;
        series->setName(line.title);
        series->setPen(linePen(static_cast<std::size_t>(line.index)));
        series->setPointsVisible(kind == LineKind::Quality);
        QList<QPointF> points;
        for (const OverlayPoint& point : line.points)
            points.append(QPointF(point.x, point.y));
        series->replace(points);
        chart->addSeries(series);
        attach(series, x, y);
        if (!points.isEmpty())
            labels.push_back({series, series->name()});
    }
    chart->legend()->hide();
    labelLineEnds(chart, labels);
    beginAt(chart, lineChartLeft, widest(yTicks));
    return viewOf(chart, parent);
}

MemoryComposition peakComposition(const Run& run)
{
    MemoryComposition peak;
    for (const Phase phase : allPhases)
        if (const auto& candidate = run.peakOf(phase);
            candidate && candidate->memory.devicePeak.total() > peak.total())
            peak = candidate->memory.devicePeak;
    return peak;
}

QWidget* peakBarsChart(const std::vector<ChartRun>& runs, QWidget* parent)
{
    QChart* chart = newChart();
    auto* bars = new QHorizontalStackedBarSeries;
    bars->setBarWidth(0.6);
    QStringList names;
    double widestName = 0;
    double most = 1;
    std::vector<MemoryComposition> peaks;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) { // the axis counts from below
        const MemoryComposition peak = peakComposition(*run->run);
        peaks.push_back(peak);
        most = std::max(most, static_cast<double>(peak.total()) / mebi);
        const QString number = u" "_s % QString::number(runs.rend() - run);
        names.append(QFontMetricsF(smallFont())
                         .elidedText(text(run->run->config().preset), Qt::ElideRight,
                             sideChartLeft - widthOf(number) - 12)
            % number);
        widestName = std::max(widestName, widthOf(names.back()));
    }
    for (const MemoryClass memoryClass : allMemoryClasses) {
        auto* set = new QBarSet(text(titleOf(memoryClass)));
        set->setBrush(theme().of(memoryClass));
        set->setPen(Qt::NoPen);
        double sum = 0;
        for (const MemoryComposition& peak : peaks) {
            *set << static_cast<double>(peak.at(memoryClass)) / mebi;
            sum += static_cast<double>(peak.at(memoryClass));
        }
        if (sum > 0)
            bars->append(set);
        else
            delete set;
    }
    chart->addSeries(bars);
    auto* y = new QBarCategoryAxis;
    y->append(names);
    dress(y, {});
    y->setGridLineVisible(false);
    auto* x = tickAxis(niceTicks(0, most * 1.05, 5), 0, most * 1.05, QObject::tr("MiB"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    attach(bars, x, y);
    beginAt(chart, sideChartLeft, widestName);
    wrapLegend(chart);
    return viewOf(chart, parent);
}

QWidget* memoryQualityChart(
    const std::vector<ChartRun>& runs, const std::vector<const Run*>& baselines, QWidget* parent)
{
    QChart* chart = newChart();
    double most = 1;
    double reach = 1.3 * claimedDeltaPercent;
    std::vector<std::optional<QPointF>> points(runs.size());
    std::vector<Tradeoff> tradeoffs;
    std::vector<std::size_t> placed;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto deltas = qualityOverlay({runs[i].run}, baselines, {AxisUnit::Step});
        if (deltas.empty())
            continue;
        const Tradeoff tradeoff{static_cast<double>(runs[i].run->peakDeviceBytes()), deltas.back().y};
        points[i] = QPointF(tradeoff.bytes / mebi, tradeoff.deltaPercent);
        tradeoffs.push_back(tradeoff);
        placed.push_back(i);
        most = std::max(most, points[i]->x());
        reach = std::max(reach, 1.2 * std::abs(points[i]->y()));
    }
    auto* x = tickAxis(niceTicks(0, most * 1.15, 5), 0, most * 1.15, QObject::tr("peak device memory, MiB"));
    const auto yTicks = niceTicks(-reach, reach, 6, true);
    auto* y = tickAxis(yTicks, -reach, reach, {});
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const std::vector<bool> best = nonDominated(tradeoffs);
    QList<QPointF> front;
    for (std::size_t k = 0; k < placed.size(); ++k)
        if (best[k])
            front.append(*points[placed[k]]);
    std::sort(front.begin(), front.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); });
    auto* edge = new QLineSeries;
    edge->setPen(QPen(theme().muted, 1, Qt::DashLine));
    edge->replace(front);
    chart->addSeries(edge);
    chart->legend()->markers(edge).constFirst()->setVisible(false);
    attach(edge, x, y);
    constexpr QScatterSeries::MarkerShape shapes[]
        = {QScatterSeries::MarkerShapeCircle, QScatterSeries::MarkerShapeRectangle,
            QScatterSeries::MarkerShapeTriangle, QScatterSeries::MarkerShapeStar};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!points[i])
            continue;
        auto* dot = new QScatterSeries;
        dot->setName(runs[i].title);
        dot->setMarkerShape(shapes[cueOf(i)]);
        dot->setMarkerSize(i + 1 < runs.size() && points[i + 1] && *points[i] == *points[i + 1]
                ? 18
                : 12); // one below another shows around it
        dot->setColor(theme().series(static_cast<int>(i)));
        dot->setBorderColor(theme().panel);
        dot->append(*points[i]);
        chart->addSeries(dot);
        attach(dot, x, y);
    }
    chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    beginAt(chart, sideChartLeft, widest(yTicks));
    wrapLegend(chart);
    return viewOf(chart, parent);
}

} // namespace mantissa::ui
