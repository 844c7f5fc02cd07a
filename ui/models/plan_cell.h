// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One cell of the precision table: what can stand in it, and what its column and its row mean.

#include "core/precision/precision_table.h"

#include <QStringList>

namespace mantissa::ui {

/// By the names they have in files.
QStringList choicesOf(int column);
QString choiceAt(const PrecisionTable& table, int row, int column);
/// False for a name that is no choice of the column.
bool applyChoice(PhasePlan& plan, int column, const QString& choice);
QStringList columnTitles();
QString whatItIs(Phase phase);
QString whatItMeans(int column);

} // namespace mantissa::ui
