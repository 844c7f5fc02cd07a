// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The precision table as it is edited: cells open with a click, Return or F2, take a choice with a digit, and are copied,
// pasted and filled down like those of a spreadsheet. Each of these is one step of undo.

#include <QTableView>

#include <vector>

namespace mantissa::ui {

struct CellChoice;
class PrecisionTableModel;

class PlanTable : public QTableView {
    Q_OBJECT
public:
    PlanTable(PrecisionTableModel* model, QWidget* parent);

    void copyCells();
    void paste();
    /// The topmost selected cell of each column into those below; with one row, the cell above it.
    void fillDown();

Q_SIGNALS:
    void refused(const QString& problem);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addCommand(const QString& title, const QKeySequence& keys, void (PlanTable::*slot)());
    void take(const std::vector<CellChoice>& choices, const QString& what);
    /// The n-th choice of its column into each selected cell.
    void choose(int n);
    PrecisionTableModel* m_plans;
};

} // namespace mantissa::ui
