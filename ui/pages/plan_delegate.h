// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Cells of the precision table: rounded, readable at arm's length.

#include <QStyledItemDelegate>

namespace mantissa::ui {

class PlanDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace mantissa::ui
