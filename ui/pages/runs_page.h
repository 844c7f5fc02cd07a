// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runs and experiments of the folder: search, filter, open, continue, compare, label, archive, move to
// the trash. All of it by keyboard.

#include "core/record/run_config.h"

#include <QAbstractItemModel>
#include <QWidget>

#include <filesystem>
#include <vector>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QKeySequence;
class QLabel;
class QLineEdit;
class QPushButton;

namespace mantissa::ui {

class ConfirmBar;
class RunFilter;
class RunListModel;
class RunQueueModel;
class RunTable;

class RunsPage : public QWidget {
    Q_OBJECT
public:
    RunsPage(std::filesystem::path runsFolder, QWidget* parent);
    /// Puts a widget below the list.
    void addBelow(QWidget* widget);
    /// Reads the folder again; what was selected stays selected.
    void refresh();
    std::vector<std::filesystem::path> selected() const;
    /// What waits in it is not deleted.
    void setQueue(const RunQueueModel* queue) { m_queue = queue; }
    /// Lists another folder.
    void setRunsFolder(const std::filesystem::path& folder);
    /// Asks which; folderChosen() tells.
    void chooseFolder();

Q_SIGNALS:
    void openRequested(const std::filesystem::path& folder);
    void resumeRequested(const std::filesystem::path& folder);
    void queueRequested(const RunConfig& config); ///< to train it again
    void compareRequested(const std::vector<std::filesystem::path>& folders);
    void labelsChanged();
    void folderChosen(const std::filesystem::path& folder); ///< another place for runs
    void removed(); ///< runs went to the trash

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QHBoxLayout* commandRow();
    QHBoxLayout* filterRow();
    QHBoxLayout* foot();
    QPushButton* command(
        const QString& name, const QString& title, const QKeySequence& keys, void (RunsPage::*slot)());
    void showState();
    void search(const QString& words);
    /// Shows what the boxes say, and in the boxes what there is to choose.
    void filter();
    void fillFilters();
    void showEverything();
    void open();
    void resume();
    void trainAgain();
    void compare();
    void rename();
    void tag();
    void note();
    /// Puts the selected runs away, or brings them back where all of them are.
    void archive();
    bool areAllArchived(const QModelIndexList& rows) const;
    /// The selected runs, and those of selected experiments.
    std::vector<std::filesystem::path> selectedRuns() const;
    void askToRemove();
    /// Says why, where one of them trains or waits for its turn.
    bool mayRemove(const std::vector<std::filesystem::path>& folders);
    void remove(const std::vector<std::filesystem::path>& folders);

    std::filesystem::path m_runsFolder;
    RunListModel* m_model;
    const RunQueueModel* m_queue = nullptr;
    RunFilter* m_shown;
    RunTable* m_table;
    QWidget* m_card = nullptr; ///< around the table
    QWidget* m_none = nullptr; ///< in its place while there are no runs
    QLineEdit* m_search;
    QComboBox* m_states = nullptr;
    QComboBox* m_presets = nullptr;
    QComboBox* m_models = nullptr;
    ConfirmBar* m_confirm;
    QLabel* m_where;
    QCheckBox* m_showArchived;
    QPushButton* m_open = nullptr;
    QPushButton* m_resume = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_compare = nullptr;
    QPushButton* m_archive = nullptr;
    QPushButton* m_remove = nullptr;
    std::vector<QPushButton*> m_label{}; ///< rename, tag, note
};

} // namespace mantissa::ui
