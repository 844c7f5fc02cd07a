// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The presets there are: what one holds, how it differs from another or from the plan in Train; take, keep,
// import, export.

#include "core/precision/preset.h"

#include <QWidget>

#include <filesystem>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QTableView;
class QVBoxLayout;

namespace mantissa::ui {

class ConfirmBar;
class PrecisionTableModel;
class PresetDifferenceModel;
class PresetListModel;

class PresetsPage : public QWidget {
    Q_OBJECT
public:
    /// `presets` outlives the page.
    PresetsPage(PresetListModel* presets, QWidget* parent);

    /// What Train holds now; it can be compared with and saved.
    void setCurrent(const PresetChoices& choices);
    /// As a drop does: each file is read and checked; what is wrong with one is told.
    void importFiles(const std::vector<std::filesystem::path>& files);
    void exportTo(const std::filesystem::path& file);

Q_SIGNALS:
    void useRequested(const mantissa::Preset& preset);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildList();
    QWidget* buildDetails();
    QPushButton* command(
        const QString& name, const QString& title, const QKeySequence& keys, void (PresetsPage::*slot)());
    int row() const;
    void select(const std::string& name);
    void showPreset();
    void showDifferences();
    void fillOthers();
    void use();
    void saveCurrent();
    void save(const Preset& preset);
    void chooseImport();
    void chooseExport();
    void askToRemove();

    PresetListModel* m_presets;
    PresetChoices m_current{};
    ConfirmBar* m_confirm;
    QListView* m_list = nullptr;
    QLineEdit* m_name = nullptr;
    QPushButton* m_use = nullptr;
    QPushButton* m_remove = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_description = nullptr;
    PrecisionTableModel* m_tableModel = nullptr;
    QLabel* m_choices = nullptr;
    QComboBox* m_other = nullptr;
    QLabel* m_equal = nullptr;
    PresetDifferenceModel* m_differences = nullptr;
    QTableView* m_differenceTable = nullptr;
};

} // namespace mantissa::ui
