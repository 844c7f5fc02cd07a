// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What static charts look like around what they show: background, axes, legend and where plots begin.

#include "core/output/chart_spec.h"

#include <QString>

#include <vector>

class QAbstractAxis;
class QAbstractSeries;
class QCategoryAxis;
class QChart;
class QWidget;

namespace mantissa::ui {

// Where plots begin, in pixels: the same for charts that stand one above the other, whatever their labels
// need. (A plot area set by hand does not take its axes along in Qt Charts 6.4.)
constexpr double lineChartLeft = 64;
constexpr double sideChartLeft = 100; ///< names of presets

/// Empty, in the colours of the theme.
QChart* newChart();
/// A legend in rows, below the chart: one that is attached to its chart has one row and shortens its words.
void wrapLegend(QChart* chart);
QWidget* viewOf(QChart* chart, QWidget* parent);
void dress(QAbstractAxis* axis, const QString& title);
QCategoryAxis* axisOf(const ChartAxis& axis, const QString& title);
void attach(QAbstractSeries* series, QAbstractAxis* x, QAbstractAxis* y);
/// Makes the plot begin at `left` pixels, whatever its widest label needs.
void beginAt(QChart* chart, double left, double widestLabel);
double widthOf(const QString& label);
double widest(const std::vector<Tick>& ticks);

} // namespace mantissa::ui
