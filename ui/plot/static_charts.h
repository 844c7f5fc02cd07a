// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Charts of finished runs for the compare page, by stock Qt Charts: few points, drawn once.

#include "core/evidence/overlay.h"

#include <QString>

#include <vector>

class QWidget;

namespace mantissa::ui {

/// A run and what it is called.
struct ChartRun {
    const Run* run = nullptr;
    QString title;
};

/// Runs that differ by seed alone, as one line.
struct ChartLine {
    std::vector<OverlayPoint> points{};
    QString title{};
    int index = 0; ///< of its first run: colour and dash
    bool hasBand = false; ///< from the least to the most of them
};
enum class LineKind { Memory, Loss, Quality };

/// Lines over each other, their names at their ends; for quality with the claim's edges.
QWidget* overlayChart(
    LineKind kind, const OverlayAxis& axis, const std::vector<ChartLine>& lines, QWidget* parent);
/// At the run's largest instant.
MemoryComposition peakComposition(const Run& run);
/// Composition at each run's peak instant, one bar a run.
QWidget* peakBarsChart(const std::vector<ChartRun>& runs, QWidget* parent);
/// Peak memory against the last quality delta, a marker a run; a line joins those that no other beats in
/// both.
QWidget* memoryQualityChart(
    const std::vector<ChartRun>& runs, const std::vector<const Run*>& baselines, QWidget* parent);

} // namespace mantissa::ui
