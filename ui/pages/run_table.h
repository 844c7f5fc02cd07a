// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The table of runs, with those of an experiment under it: whole rows are selected, labels are edited in
// place, and a menu on the header says which columns are shown.

#include <QTreeView>

#include <vector>

class QMenu;

namespace mantissa::ui {

class RunFilter;

class RunTable : public QTreeView {
    Q_OBJECT
public:
    RunTable(RunFilter* shown, QWidget* parent);

    /// Gives the keyboard a place to start from.
    void selectFirst();
    /// Begins to edit a column of the selected run.
    void editColumn(int column);
    /// Of the RunListModel, the first column.
    QModelIndexList selectedRows() const;
    void setColumnShown(int column, bool isShown);

private:
    void buildHeader();
    void askForColumns(const QPoint& at);
    RunFilter* m_shown;
};

} // namespace mantissa::ui
