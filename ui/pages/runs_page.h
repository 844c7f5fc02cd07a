// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runs of the folder: open, continue, compare.

#include <QWidget>

#include <filesystem>
#include <vector>

class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace mantissa::ui {

class RunListModel;

class RunsPage : public QWidget {
    Q_OBJECT
public:
    RunsPage(std::filesystem::path runsFolder, QWidget* parent);
    /// Reads the folder again.
    void refresh();
    std::vector<std::filesystem::path> selected() const;

Q_SIGNALS:
    void openRequested(const std::filesystem::path& folder);
    void resumeRequested(const std::filesystem::path& folder);
    void compareRequested(const std::vector<std::filesystem::path>& folders);

private:
    void showButtons();

    std::filesystem::path m_runsFolder;
    RunListModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_table;
    QPushButton* m_open;
    QPushButton* m_resume;
    QPushButton* m_compare;
    QLabel* m_where;
};

} // namespace mantissa::ui
