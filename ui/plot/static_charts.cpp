// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/static_charts.h"

#include "core/evidence/quality_delta.h"
#include "core/output/chart_spec.h"
#include "ui/plot/end_labels.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

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

constexpr int mostPoints = 400;
constexpr double mebi = 1048576.0;

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

QWidget* viewOf(QChart* chart, QWidget* parent)
{
    auto* view = new QChartView(chart, parent);
    view->setRenderHint(QPainter::Antialiasing);
    view->setBackgroundBrush(theme().panel);
    view->setFrameShape(QFrame::NoFrame);
    view->setAttribute(Qt::WA_TransparentForMouseEvents); // presses on an empty spot crash Qt Charts 6.4 (QTBUG-118669)
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

QPen linePen(std::size_t i)
{
    QPen pen(theme().series(static_cast<int>(i)), 2);
    constexpr Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine}; // colour is not the only cue
    pen.setStyle(styles[i % 4]);
    return pen;
}

} // namespace

QWidget* memoryLinesChart(const std::vector<ChartRun>& runs, QWidget* parent)
{
    QChart* chart = newChart();
    double most = 1;
    double ticks = 1;
    for (const auto& [run, title] : runs) {
        most = std::max(most, static_cast<double>(run->peakDeviceBytes()));
        ticks = std::max(ticks, static_cast<double>(run->ticks()));
    }
    auto* x = tickAxis(niceTicks(0, ticks, 7), 0, ticks, QObject::tr("tick"));
    auto* y = tickAxis(byteTicks(most * 1.08, 5), 0, most * 1.08, QObject::tr("largest in each bucket"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    std::vector<EndLabel> labels;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        auto* line = new QLineSeries;
        line->setName(runs[i].title);
        line->setPen(linePen(i));
        QList<QPointF> points;
        const std::int64_t n = std::min<std::int64_t>(mostPoints, runs[i].run->ticks());
        for (std::int64_t k = 0; k < n; ++k) {
            const std::int64_t from = runs[i].run->ticks() * k / n;
            const RangeSummary range = runs[i].run->columns().deviceBytes.over(from, runs[i].run->ticks() * (k + 1) / n);
            points.append(QPointF(static_cast<double>(from), static_cast<double>(range.most)));
        }
        line->replace(points);
        chart->addSeries(line);
        attach(line, x, y);
        if (!points.isEmpty())
            labels.push_back({line, line->name()});
    }
    chart->legend()->hide();
    labelLineEnds(chart, labels);
    return viewOf(chart, parent);
}

QWidget* peakBarsChart(const std::vector<ChartRun>& runs, QWidget* parent)
{
    QChart* chart = newChart();
    auto* bars = new QHorizontalStackedBarSeries;
    bars->setBarWidth(0.6);
    QStringList names;
    double most = 1;
    std::vector<MemoryComposition> peaks;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) { // the axis counts from below
        MemoryComposition peak;
        for (const Phase phase : allPhases)
            if (const auto& candidate = run->run->peakOf(phase); candidate && candidate->memory.devicePeak.total() > peak.total())
                peak = candidate->memory.devicePeak;
        peaks.push_back(peak);
        most = std::max(most, static_cast<double>(peak.total()) / mebi);
        names.append(text(run->run->config().preset) % u" "_s % QString::number(runs.rend() - run));
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
    auto* x = tickAxis(niceTicks(0, most * 1.05, 5), 0, most * 1.05, QObject::tr("MiB at the peak instant (measured)"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    attach(bars, x, y);
    return viewOf(chart, parent);
}

QWidget* qualityLinesChart(const std::vector<ChartRun>& runs, std::optional<std::size_t> baseline, QWidget* parent)
{
    QChart* chart = newChart();
    double reach = 1.3 * claimedDeltaPercent;
    double steps = 1;
    std::vector<std::vector<QualityPoint>> all(runs.size());
    for (std::size_t i = 0; baseline && i < runs.size(); ++i) {
        if (!isComparable(runs[i].run->config(), runs[*baseline].run->config()))
            continue;
        all[i] = qualityDelta(*runs[i].run, *runs[*baseline].run);
        for (const QualityPoint& point : all[i]) {
            reach = std::max(reach, 1.15 * std::abs(point.deltaPercent));
            steps = std::max(steps, static_cast<double>(point.step));
        }
    }
    auto* x = tickAxis(niceTicks(0, steps, 7), 0, steps, QObject::tr("step"));
    auto* y = tickAxis(niceTicks(-reach, reach, 6, true), -reach, reach, QObject::tr("% of baseline loss"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    for (const double edge : {-claimedDeltaPercent, claimedDeltaPercent}) {
        auto* limit = new QLineSeries;
        limit->setPen(QPen(theme().good, 1, Qt::DashLine));
        limit->append(0, edge);
        limit->append(steps, edge);
        chart->addSeries(limit);
        attach(limit, x, y);
        chart->legend()->markers(limit).first()->setVisible(false);
    }
    std::vector<EndLabel> labels;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (all[i].empty())
            continue;
        auto* line = new QLineSeries;
        line->setName(runs[i].title % (i == baseline ? QObject::tr(" (baseline)") : QString()));
        line->setPen(linePen(i));
        line->setPointsVisible(true);
        for (const QualityPoint& point : all[i])
            line->append(static_cast<double>(point.step), point.deltaPercent);
        chart->addSeries(line);
        attach(line, x, y);
        labels.push_back({line, line->name()});
    }
    chart->legend()->hide();
    labelLineEnds(chart, labels);
    return viewOf(chart, parent);
}

QWidget* memoryQualityChart(const std::vector<ChartRun>& runs, std::optional<std::size_t> baseline, QWidget* parent)
{
    QChart* chart = newChart();
    double most = 1;
    double reach = 1.3 * claimedDeltaPercent;
    std::vector<std::optional<QPointF>> points(runs.size());
    for (std::size_t i = 0; baseline && i < runs.size(); ++i) {
        const auto deltas = isComparable(runs[i].run->config(), runs[*baseline].run->config()) ? qualityDelta(*runs[i].run, *runs[*baseline].run)
                                                                                         : std::vector<QualityPoint>{};
        if (deltas.empty())
            continue;
        points[i] = QPointF(static_cast<double>(runs[i].run->peakDeviceBytes()) / mebi, deltas.back().deltaPercent);
        most = std::max(most, points[i]->x());
        reach = std::max(reach, 1.2 * std::abs(points[i]->y()));
    }
    auto* x = tickAxis(niceTicks(0, most * 1.15, 5), 0, most * 1.15, QObject::tr("peak device memory, MiB"));
    auto* y = tickAxis(niceTicks(-reach, reach, 6, true), -reach, reach, QObject::tr("last quality delta, %"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    constexpr QScatterSeries::MarkerShape shapes[] = {QScatterSeries::MarkerShapeCircle, QScatterSeries::MarkerShapeRectangle,
        QScatterSeries::MarkerShapeTriangle, QScatterSeries::MarkerShapeStar};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!points[i])
            continue;
        auto* dot = new QScatterSeries;
        dot->setName(runs[i].title);
        dot->setMarkerShape(shapes[i % 4]);
        dot->setMarkerSize(12);
        dot->setColor(theme().series(static_cast<int>(i)));
        dot->setBorderColor(theme().panel);
        dot->append(*points[i]);
        chart->addSeries(dot);
        attach(dot, x, y);
    }
    return viewOf(chart, parent);
}

} // namespace mantissa::ui
