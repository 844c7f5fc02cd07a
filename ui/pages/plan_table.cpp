// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/plan_table.h"

#include "ui/models/precision_table_model.h"
#include "ui/pages/plan_delegate.h"
#include "ui/theme/quiet_tips.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int leastColumn = 44; ///< pixels: the choice "Device"

/// The smallest rectangle around the selected cells, as (first, last) of rows and columns; nothing when none
/// is.
QItemSelectionRange rangeOf(const QModelIndexList& cells)
{
    QModelIndex first = cells.value(0);
    QModelIndex last = first;
    for (const QModelIndex& cell : cells) {
        first = cell.siblingAtRow(std::min(first.row(), cell.row()))
                    .siblingAtColumn(std::min(first.column(), cell.column()));
        last = cell.siblingAtRow(std::max(last.row(), cell.row()))
                   .siblingAtColumn(std::max(last.column(), cell.column()));
    }
    return {first, last};
}

} // namespace

PlanTable::PlanTable(PrecisionTableModel* model, QWidget* parent)
    : QTableView(parent)
    , m_plans(model)
{
    setProperty(ownTips, true);
    setModel(model);
    setItemDelegate(new PlanDelegate(this));
    setShowGrid(false);
    setStyleSheet(
        u"QTableView { selection-background-color: transparent; }"_s); // a selected cell has its own frame
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(QAbstractItemView::NoEditTriggers); // the menu takes their place
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setTabKeyNavigation(false); // Tab goes on to the next field
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setStyleSheet(u"QHeaderView::section { padding: 4px 0; font-size: 11px; }"_s);
    horizontalHeader()->setMinimumSectionSize(20);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->setDefaultSectionSize(planRowHeight);
    verticalHeader()->setFixedWidth(64);
    verticalHeader()->setHighlightSections(false);
    setFixedHeight(planHeaderHeight + 4 * planRowHeight + 2);
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& cell) {
        if (selectedIndexes().size() == 1 && QApplication::keyboardModifiers() == Qt::NoModifier)
            showChoices(cell);
    });
    setContextMenuPolicy(Qt::ActionsContextMenu);
    addCommand(tr("Copy"), QKeySequence::Copy, &PlanTable::copyCells);
    addCommand(tr("Paste"), QKeySequence::Paste, &PlanTable::paste);
    addCommand(tr("Fill down"), Qt::CTRL | Qt::Key_D, &PlanTable::fillDown);
}

void PlanTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    const QFontMetrics metrics(smallFont());
    const QHeaderView* header = horizontalHeader();
    std::vector<int> words;
    for (int column = 0; column < header->count(); ++column)
        words.push_back(std::max(leastColumn,
            metrics.horizontalAdvance(
                m_plans->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString())));
    const int sum = std::accumulate(words.begin(), words.end(), 0);
    const int space = viewport()->width() - sum; // what equal columns would cut off, words may take
    const int count = static_cast<int>(words.size());
    for (int column = 0; column < count; ++column)
        setColumnWidth(column,
            words[static_cast<std::size_t>(column)] + space * (column + 1) / count - space * column / count);
}

void PlanTable::addCommand(const QString& title, const QKeySequence& keys, void (PlanTable::*slot)())
{
    auto* action = new QAction(title, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, slot);
    addAction(action);
}

void PlanTable::copyCells()
{
    const QModelIndexList cells = selectedIndexes();
    if (cells.isEmpty())
        return;
    const QItemSelectionRange range = rangeOf(cells);
    QStringList lines;
    for (int row = range.top(); row <= range.bottom(); ++row) {
        QStringList line;
        for (int column = range.left(); column <= range.right(); ++column) {
            const QModelIndex cell = m_plans->index(row, column);
            line << (cells.contains(cell) ? cell.data(PrecisionTableModel::ChoiceRole).toString()
                                          : QString());
        }
        lines << line.join(u'\t');
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void PlanTable::paste()
{
    const QModelIndexList cells = selectedIndexes();
    const QString given = QApplication::clipboard()->text().trimmed();
    if (cells.isEmpty() || given.isEmpty())
        return;
    QList<QStringList> rows;
    for (const QString& line : given.split(u'\n'))
        rows << line.split(u'\t');
    std::vector<CellChoice> choices;
    if (rows.size() == 1 && rows.front().size() == 1) { // one value into all that is selected
        for (const QModelIndex& cell : cells)
            choices.push_back({cell.row(), cell.column(), rows.front().front()});
    } else {
        const QItemSelectionRange range = rangeOf(cells);
        for (qsizetype row = 0; row < rows.size(); ++row)
            for (qsizetype column = 0; column < rows[row].size(); ++column)
                choices.push_back({range.top() + static_cast<int>(row),
                    range.left() + static_cast<int>(column), rows[row][column]});
    }
    take(choices, tr("paste"));
}

void PlanTable::fillDown()
{
    std::map<int, std::vector<int>> rowsOf; // by column
    for (const QModelIndex& cell : selectedIndexes())
        rowsOf[cell.column()].push_back(cell.row());
    std::vector<CellChoice> choices;
    for (auto& [column, rows] : rowsOf) {
        std::sort(rows.begin(), rows.end());
        const int source = rows.size() > 1 ? rows.front() : rows.front() - 1;
        if (source < 0)
            continue;
        for (const int row : rows)
            if (row != source)
                choices.push_back({row, column,
                    m_plans->index(source, column).data(PrecisionTableModel::ChoiceRole).toString()});
    }
    if (choices.empty())
        Q_EMIT refused(tr("there is no cell above to fill from; select more than one, the first is taken"));
    take(choices, tr("fill down"));
}

void PlanTable::choose(int n)
{
    std::vector<CellChoice> choices;
    for (const QModelIndex& cell : selectedIndexes())
        if (const QString choice = cell.data(PrecisionTableModel::ChoicesRole).toStringList().value(n);
            !choice.isEmpty())
            choices.push_back({cell.row(), cell.column(), choice});
    take(choices, tr("choose %1").arg(choices.empty() ? QString() : choices.front().choice));
}

void PlanTable::showChoices(const QModelIndex& cell)
{
    if (!cell.flags().testFlag(Qt::ItemIsEditable))
        return;
    QMenu* menu = choiceMenu(cell, m_outcomeOf, this);
    connect(menu, &QMenu::triggered, this, [this](const QAction* action) { choose(action->data().toInt()); });
    menu->popup(viewport()->mapToGlobal(visualRect(cell).bottomLeft()));
}

void PlanTable::take(const std::vector<CellChoice>& choices, const QString& what)
{
    if (const QString problem = m_plans->editCells(choices, what); !problem.isEmpty())
        Q_EMIT refused(problem);
}

void PlanTable::keyPressEvent(QKeyEvent* event)
{
    const int digit = event->key() - Qt::Key_1;
    const bool opens = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter
        || event->key() == Qt::Key_F2 || event->key() == Qt::Key_Space;
    if (event->modifiers() == Qt::NoModifier && opens)
        showChoices(currentIndex());
    else if (event->modifiers() == Qt::NoModifier && digit >= 0 && digit < 9)
        choose(digit);
    else
        QTableView::keyPressEvent(event);
}

bool PlanTable::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QTableView::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QModelIndex cell = indexAt(help->pos());
    const QString means = cell.data(Qt::ToolTipRole).toString();
    const QString outcome = cell.isValid() ? outcomeText(cell, m_outcomeOf) : QString();
    QToolTip::showText(help->globalPos(), outcome.isEmpty() ? means : QString(means % u"\n\n"_s % outcome),
        viewport(), visualRect(cell));
    return true;
}

} // namespace mantissa::ui
