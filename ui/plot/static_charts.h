// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Charts of finished runs for the compare page, by stock Qt Charts: few points, drawn once.

#include "core/record/run.h"

#include <QString>

#include <optional>
#include <vector>

class QWidget;

namespace mantissa::ui {

/// A run and what it is called.
struct ChartRun {
    const Run* run = nullptr;
    QString title;
};

/// Total device memory over ticks, one line a run, its name at the line's end.
QWidget* memoryLinesChart(const std::vector<ChartRun>& runs, QWidget* parent);
/// Composition at each run's peak instant, one bar a run.
QWidget* peakBarsChart(const std::vector<ChartRun>& runs, QWidget* parent);
/// Quality delta over steps for each run against the baseline, with the claim's band.
QWidget* qualityLinesChart(const std::vector<ChartRun>& runs, std::optional<std::size_t> baseline, QWidget* parent);
/// Mean memory against quality delta, a marker a run.
QWidget* memoryQualityChart(const std::vector<ChartRun>& runs, std::optional<std::size_t> baseline, QWidget* parent);

} // namespace mantissa::ui
