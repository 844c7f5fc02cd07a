// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs side by side, the baseline named: lines, bars at the peak instant, memory against quality, and the table of differences.

#include "core/record/run.h"

#include <QWidget>

#include <filesystem>
#include <memory>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QTableView;

namespace mantissa::ui {

class ComparisonModel;

class ComparePage : public QWidget {
    Q_OBJECT
public:
    explicit ComparePage(QWidget* parent);

    /// Opens and shows runs. Errors are told on the page.
    void showRuns(const std::vector<std::filesystem::path>& folders);
    /// Draws anew, as after a change of theme.
    void redraw();

Q_SIGNALS:
    void runsRequested(); ///< the user wants to choose runs

private:
    QWidget* emptyState();
    void chooseBaseline(int index);
    QWidget* card(const QString& title, QWidget* chart);

    std::vector<std::unique_ptr<Run>> m_runs{};
    std::optional<std::size_t> m_baseline{};
    QComboBox* m_baselineBox = nullptr;
    QLabel* m_message = nullptr;
    QWidget* m_head = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_emptyProblem = nullptr;
    QStringList m_problems{}; ///< of opening the runs
    QGridLayout* m_grid = nullptr;
    std::vector<QWidget*> m_cards{};
    ComparisonModel* m_model = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace mantissa::ui
