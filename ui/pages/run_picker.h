// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A button with the runs of a folder to tick, those of its experiments too; the list stays open meanwhile.

#include <QToolButton>

#include <filesystem>
#include <vector>

class QListWidget;

namespace mantissa::ui {

class RunPicker : public QToolButton {
    Q_OBJECT
public:
    explicit RunPicker(QWidget* parent);

    void setRunsFolder(const std::filesystem::path& folder) { m_runsFolder = folder; }
    /// What is shown already, also from other folders.
    void setTicked(const std::vector<std::filesystem::path>& folders);

Q_SIGNALS:
    void ticked(const std::filesystem::path& folder, bool isTicked);

private:
    /// Reads the folder anew: what is there now.
    void fill();
    void add(const std::filesystem::path& folder, const QString& title);

    std::filesystem::path m_runsFolder{};
    std::vector<std::filesystem::path> m_ticked{};
    QListWidget* m_list;
};

} // namespace mantissa::ui
