// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the plots of a page show, as rows of words: for those who read rather than see, and to copy.

#include "core/record/run.h"
#include "ui/plot/tick_bucket.h"

#include <QStringList>

#include <vector>

namespace mantissa::ui {

QStringList valueHeader();
/// A row for each column of the view; one without ticks is left out. A row of several ticks has means, and
/// the largest memory.
std::vector<QStringList> valueRows(const Run& run, const TickColumns& columns);

} // namespace mantissa::ui
