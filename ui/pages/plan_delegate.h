// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Cells of the precision table: rounded, readable at arm's length, with a drop-down that commits at once.

#include <QStyledItemDelegate>

namespace mantissa::ui {

class PlanDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
};

} // namespace mantissa::ui
