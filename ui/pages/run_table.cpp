// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/run_table.h"

#include "ui/models/run_filter.h"
#include "ui/models/run_list_model.h"
#include "ui/settings.h"

#include <QHeaderView>
#include <QMenu>

#include <array>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString hiddenKey = u"runs/hidden"_s;

/// As settings name the columns, whatever their order.
constexpr std::array columnNames{"name", "state", "date", "preset", "steps", "eval_loss", "quality_delta",
    "peak", "throughput", "from", "tags", "note"};
static_assert(columnNames.size() == RunListModel::ColumnCount);

QString columnName(int column) { return QLatin1StringView(columnNames[static_cast<std::size_t>(column)]); }

} // namespace

RunTable::RunTable(RunFilter* shown, QWidget* parent)
    : QTreeView(parent)
    , m_shown(shown)
{
    setObjectName(u"runs"_s);
    setAccessibleName(tr("Runs"));
    setModel(shown);
    sortByColumn(-1, Qt::AscendingOrder); // as the model has them: newest first
    setSortingEnabled(true);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setExpandsOnDoubleClick(false); // that opens
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false); // Tab goes on to the buttons
    buildHeader();
}

void RunTable::buildHeader()
{
    constexpr std::array widths{std::pair(RunListModel::Name, 250), std::pair(RunListModel::Family, 130),
        std::pair(RunListModel::Tags, 90), std::pair(RunListModel::Note, 90)};
    header()->setObjectName(u"runColumns"_s);
    header()->setHighlightSections(false);
    header()->setSectionsMovable(false);
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    for (const auto& [column, width] : widths) { // words of any length, and room to type in
        header()->setSectionResizeMode(column, QHeaderView::Interactive);
        header()->resizeSection(column, width);
    }
    header()->setStretchLastSection(true);
    const QStringList hidden = WindowSettings().value(hiddenKey).toStringList();
    for (int column = RunListModel::Name + 1; column < RunListModel::ColumnCount; ++column)
        setColumnHidden(column, hidden.contains(columnName(column)));
    header()->setContextMenuPolicy(Qt::CustomContextMenu);
    header()->setToolTip(tr("A click sorts; the right button chooses the columns"));
    connect(header(), &QHeaderView::customContextMenuRequested, this, &RunTable::askForColumns);
}

void RunTable::askForColumns(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setObjectName(u"columnMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = RunListModel::Name + 1; column < RunListModel::ColumnCount; ++column) {
        QAction* entry = menu->addAction(model()->headerData(column, Qt::Horizontal).toString());
        entry->setObjectName(columnName(column));
        entry->setCheckable(true);
        entry->setChecked(!isColumnHidden(column));
        connect(entry, &QAction::toggled, this,
            [this, column](bool isShown) { setColumnShown(column, isShown); });
    }
    menu->popup(header()->mapToGlobal(at));
}

void RunTable::setColumnShown(int column, bool isShown)
{
    setColumnHidden(column, !isShown);
    QStringList hidden;
    for (int other = 0; other < RunListModel::ColumnCount; ++other)
        if (isColumnHidden(other))
            hidden << columnName(other);
    WindowSettings().setValue(hiddenKey, hidden);
}

QModelIndexList RunTable::selectedRows() const
{
    QModelIndexList rows;
    for (const QModelIndex& index : selectionModel()->selectedRows())
        rows << m_shown->mapToSource(index);
    return rows;
}

void RunTable::selectFirst()
{
    selectionModel()->setCurrentIndex(
        m_shown->index(0, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void RunTable::editColumn(int column)
{
    if (isColumnHidden(column))
        setColumnShown(column, true);
    const QModelIndex index = selectionModel()->selectedRows(column).value(0);
    setFocus();
    selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::NoUpdate); // a held Ctrl would take the row out
    scrollTo(index);
    edit(index);
}

} // namespace mantissa::ui
