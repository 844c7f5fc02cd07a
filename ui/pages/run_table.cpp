// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/run_table.h"

#include "ui/models/run_filter.h"
#include "ui/models/run_list_model.h"

#include <QHeaderView>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunTable::RunTable(RunFilter* shown, QWidget* parent)
    : QTableView(parent)
    , m_shown(shown)
{
    constexpr int tagsWidth = 150;
    setObjectName(u"runs"_s);
    setAccessibleName(tr("Runs"));
    setModel(shown);
    sortByColumn(-1, Qt::AscendingOrder); // as the model has them: newest first
    setSortingEnabled(true);
    setShowGrid(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false); // Tab goes on to the buttons
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(28);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(RunListModel::Name, QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(RunListModel::Tags, QHeaderView::Interactive); // room to type in
    horizontalHeader()->resizeSection(RunListModel::Tags, tagsWidth);
    horizontalHeader()->setSectionResizeMode(RunListModel::Note, QHeaderView::Stretch);
}

std::vector<int> RunTable::selectedRows() const
{
    std::vector<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        rows.push_back(m_shown->mapToSource(index).row());
    return rows;
}

void RunTable::selectFirst()
{
    selectionModel()->setCurrentIndex(
        m_shown->index(0, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void RunTable::editColumn(int column)
{
    const QModelIndex index = selectionModel()->selectedRows(column).value(0);
    setFocus();
    selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::NoUpdate); // a held Ctrl would take the row out
    edit(index);
}

} // namespace mantissa::ui
