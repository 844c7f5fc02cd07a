// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What plots say in words: the lines of a tip for the ticks under the pointer, and the caption that tells
// what a pixel stands for. One tick: its values. More: how many, and mean, least and most of them.

#include "core/record/run.h"
#include "ui/plot/plot_point.h"
#include "ui/plot/tick_bucket.h"

#include <QColor>
#include <QStringList>

#include <vector>

namespace mantissa::ui {

/// Cells of one row; the first is flush left, the others right. A row of one cell spans all.
struct TipLine {
    QColor colour{}; ///< of the square before it; invalid: none
    QStringList cells{};
};

std::vector<TipLine> memoryTip(const Run& run, const TickBucket& bucket);
/// `smoothed` may be null.
std::vector<TipLine> lossTip(const Run& run, const Series* smoothed, const TickBucket& bucket);
/// The last evaluation up to the bucket's end; `deltas` in percent, by tick.
/// Of one column by its title.
std::vector<TipLine> columnTip(
    const Run& run, const QString& title, const Series& column, const TickBucket& wanted);
std::vector<TipLine> qualityTip(
    const Run& run, const std::vector<PlotPoint>& deltas, const TickBucket& bucket);

QString memoryCaption(const Run& run, const TickColumns& columns);
/// What a tick is, for tips of captions that count them.
QString whatATickIs();
QString lossCaption(const TickColumns& columns);

} // namespace mantissa::ui
