// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The choices of one cell of the precision table, each with what it needs, saves and costs.

#include "ui/models/choice_outcome.h"

#include <QModelIndex>

#include <functional>
#include <optional>

class QMenu;

namespace mantissa::ui {

/// What a choice for a cell would do; nothing while another field of the set-up is wrong.
using OutcomeOf = std::function<std::optional<ChoiceOutcome>(const QModelIndex& cell, const QString& choice)>;

/// Deletes itself once closed. The data of an action is the index of its choice, from 0.
QMenu* choiceMenu(const QModelIndex& cell, const OutcomeOf& outcomeOf, QWidget* parent);
/// What the cell's present choice needs and costs, for a tooltip; empty without an outcome.
QString outcomeText(const QModelIndex& cell, const OutcomeOf& outcomeOf);

} // namespace mantissa::ui
