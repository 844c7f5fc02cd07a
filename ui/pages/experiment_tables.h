// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An experiment in numbers: its arms, its pairs of runs, and what the arms change, under three tabs. The arm
// that is current is the plot's too.

#include "core/evidence/experiment.h"

#include <QWidget>

class QTabBar;
class QTableView;

namespace mantissa::ui {

class ExperimentPlot;
class TextTableModel;

class ExperimentTables : public QWidget {
    Q_OBJECT
public:
    ExperimentTables(ExperimentPlot* plot, QWidget* parent);

    void showResult(const ExperimentResult& result);

Q_SIGNALS:
    void openRequested(const QString& run); ///< a folder's name inside the experiment's

private:
    void showTable();
    void openRow(int row);

    ExperimentPlot* m_plot;
    TextTableModel* m_rows;
    QTabBar* m_tabs;
    QTableView* m_table;
    ExperimentResult m_result{};
};

} // namespace mantissa::ui
