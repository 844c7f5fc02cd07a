// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The precision table as it is edited: cells open with a click, Return or F2, take a choice with a digit, and
// are copied, pasted and filled down like those of a spreadsheet. Each of these is one step of undo.

#include "ui/pages/choice_menu.h"

#include <QTableView>

#include <vector>

namespace mantissa::ui {

/// Pixels of a table of phases.
constexpr int planRowHeight = 34;
constexpr int planHeaderHeight = 28;

struct CellChoice;
class PrecisionTableModel;

class PlanTable : public QTableView {
    Q_OBJECT
public:
    PlanTable(PrecisionTableModel* model, QWidget* parent);

    /// What the choices of a cell's menu and its tooltip say; without it they name the choices alone.
    void setOutcomes(OutcomeOf outcomeOf) { m_outcomeOf = std::move(outcomeOf); }
    void copyCells();
    void paste();
    /// The topmost selected cell of each column into those below; with one row, the cell above it.
    void fillDown();

Q_SIGNALS:
    void refused(const QString& problem);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void addCommand(const QString& title, const QKeySequence& keys, void (PlanTable::*slot)());
    /// Drops down what the cell can be; the choice goes into all selected cells.
    void showChoices(const QModelIndex& cell);
    void take(const std::vector<CellChoice>& choices, const QString& what);
    /// The n-th choice of its column into each selected cell.
    void choose(int n);
    PrecisionTableModel* m_plans;
    OutcomeOf m_outcomeOf = [](const QModelIndex&, const QString&) { return std::nullopt; };
};

} // namespace mantissa::ui
