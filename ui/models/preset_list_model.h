// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The presets that ship, and the user's own, one file each in a folder. Shipped ones never change.

#include "core/precision/preset.h"

#include <QAbstractListModel>

#include <filesystem>

namespace mantissa::ui {

class PresetListModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int originRole = Qt::UserRole; ///< "shipped" or "own"

    PresetListModel(std::filesystem::path folder, QObject* parent);

    /// Reads the folder again. Files that are no presets are left out and named in `problems`.
    void refresh();
    /// As a file of the folder, in place of one of the same name. Names of shipped presets are refused.
    Status save(const Preset& preset);
    /// Reads a file as the command line does; a copy under a free name is kept. The name it got.
    Result<std::string> importFile(const std::filesystem::path& file);
    Status exportTo(int row, const std::filesystem::path& file) const;
    /// Into the trash; own ones only.
    Status remove(int row);

    const Preset& at(int row) const { return m_presets[static_cast<std::size_t>(row)]; }
    bool isShipped(int row) const { return row < m_shippedCount; }
    /// -1: none.
    int rowOf(const std::string& name) const;
    const QStringList& problems() const { return m_problems; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::filesystem::path fileOf(const std::string& name) const;
    std::filesystem::path m_folder;
    std::vector<Preset> m_presets{};
    int m_shippedCount = 0; ///< they come first
    QStringList m_problems{};
};

/// A name for files and the command line: lower case, digits, hyphens.
std::string presetNameFrom(const QString& title);
/// Where own presets are kept.
std::filesystem::path ownPresetsFolder();

} // namespace mantissa::ui
