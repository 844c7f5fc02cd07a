// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How presets look: rows of the list, the table of one, its other choices, the table of differences.

#include "core/precision/preset.h"

#include <QStyledItemDelegate>

class QTableView;

namespace mantissa::ui {

class PrecisionTableModel;
class PresetDifferenceModel;

/// A title with "shipped" or "own" at the right.
class PresetDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// A precision table that can only be read.
QTableView* makePlanView(PrecisionTableModel* model, QWidget* parent);
QTableView* makeDifferenceView(PresetDifferenceModel* model, QWidget* parent);
/// What a preset chooses beside its table, in words.
QString choicesText(const PresetChoices& choices);

} // namespace mantissa::ui
