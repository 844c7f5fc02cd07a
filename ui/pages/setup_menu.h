// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A set-up as a file: to keep, to send, to train elsewhere with `mantissa-cli train FILE`.

#include "core/record/run_config.h"

#include <QMenu>

#include <functional>

namespace mantissa::ui {

class SetupMenu : public QMenu {
    Q_OBJECT
public:
    /// `setup` says what would be trained, or why nothing can be.
    SetupMenu(std::function<Result<RunConfig>()> setup, QWidget* parent);

    /// Where the first file dialog begins; later ones begin where the last ended.
    void setFolder(const std::filesystem::path& folder) { m_folder = folder; }

Q_SIGNALS:
    void chosen(const std::filesystem::path& file); ///< to be opened
    void told(const QString& message);

private:
    QString folder() const;
    void open();
    void save();

    std::function<Result<RunConfig>()> m_setup;
    std::filesystem::path m_folder{};
};

} // namespace mantissa::ui
