// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Rows in which every word of the search is found; archived ones when they are asked for.

#include <QSortFilterProxyModel>
#include <QStringList>

namespace mantissa::ui {

class RunListModel;

class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    RunFilter(RunListModel* runs, QObject* parent);

    void showArchived(bool shown);
    void setWords(const QString& words);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    RunListModel* m_runs;
    QStringList m_words{};
    bool m_showsArchived = false;
};

} // namespace mantissa::ui
