// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The table of runs: whole rows are selected, and labels are edited in place.

#include <QTableView>

#include <vector>

namespace mantissa::ui {

class RunFilter;

class RunTable : public QTableView {
    Q_OBJECT
public:
    RunTable(RunFilter* shown, QWidget* parent);

    /// Gives the keyboard a place to start from.
    void selectFirst();
    /// Begins to edit a column of the selected run.
    void editColumn(int column);
    std::vector<int> selectedRows() const; ///< of the RunListModel

private:
    RunFilter* m_shown;
};

} // namespace mantissa::ui
