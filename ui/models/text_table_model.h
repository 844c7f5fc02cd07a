// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Words in rows, made elsewhere: what a chart shows, as a table to read. The first column is flush left.

#include <QAbstractTableModel>

#include <vector>

namespace mantissa::ui {

class TextTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setTable(const QStringList& header, std::vector<QStringList> rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_header{};
    std::vector<QStringList> m_rows{};
};

} // namespace mantissa::ui
