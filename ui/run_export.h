// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What leaves the window as a file: a report or a chart of the open run. Each answers what to tell the user.

#include "core/record/run.h"

#include <QString>

class QWidget;

namespace mantissa::ui {

/// HTML, or Markdown for a name that ends in .md. `baseline` may be null.
QString writeReport(const Run& run, const Run* baseline, const QString& file);
/// The memory chart as SVG, or for another name a picture of `page`.
QString writeChart(const Run& run, QWidget* page, const QString& file);

} // namespace mantissa::ui
