// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Charts of finished runs for the compare page, drawn once by stock Qt Charts. What they show is core's
// (core/output/charts); colours, dashes and titles are added here.

#include "core/output/chart_registry.h"

class QWidget;

namespace mantissa::ui {

/// Lines over each other, their names at their ends; a band of the ground by its edges.
QWidget* linesChart(const ChartSpec& spec, const ChartInput& input, QWidget* parent);
/// Rows of bars stacked by memory class.
QWidget* classBarsChart(const ChartSpec& spec, QWidget* parent);
/// A marker for each run, and the line that joins the best.
QWidget* tradeoffChart(const ChartSpec& spec, const ChartInput& input, QWidget* parent);

} // namespace mantissa::ui
