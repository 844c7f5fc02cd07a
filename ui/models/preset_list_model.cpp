// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/preset_list_model.h"

#include "ui/theme/format.h"
#include "ui/trash.h"

#include <QStandardPaths>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;
namespace fs = std::filesystem;

namespace {

/// As a file; keys with empty text are left out, because a reader takes them for a mistake.
std::string fileText(const Preset& preset)
{
    Json json = toJson(preset);
    for (const char* key : {"title", "description"})
        if (json.contains(key) && json[key] == "")
            json.erase(key);
    return jsonText(json) + "\n";
}

} // namespace

PresetListModel::PresetListModel(fs::path folder, QObject* parent)
    : QAbstractListModel(parent)
    , m_folder(std::move(folder))
{
    refresh();
}

void PresetListModel::refresh()
{
    beginResetModel();
    m_presets = builtinPresets();
    m_shippedCount = static_cast<int>(m_presets.size());
    m_problems.clear();
    std::vector<Preset> own;
    std::error_code error;
    for (fs::directory_iterator at(m_folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() != ".json")
            continue;
        auto preset = findPreset(at->path().string());
        if (preset)
            preset->name = at->path().stem().string(); // the file's name counts: two files never share one
        if (preset && rowOf(preset->name) < 0)
            own.push_back(std::move(*preset));
        else
            m_problems << (preset ? tr("%1 has the name of a shipped preset; rename the file")
                                        .arg(text(at->path().string()))
                                  : messageText(preset.error().message));
    }
    std::sort(own.begin(), own.end(), [](const Preset& a, const Preset& b) { return a.name < b.name; });
    m_presets.insert(m_presets.end(), own.begin(), own.end());
    endResetModel();
}

fs::path PresetListModel::fileOf(const std::string& name) const { return m_folder / (name + ".json"); }

int PresetListModel::rowOf(const std::string& name) const
{
    const auto found = std::find_if(
        m_presets.begin(), m_presets.end(), [&](const Preset& preset) { return preset.name == name; });
    return found == m_presets.end() ? -1 : static_cast<int>(found - m_presets.begin());
}

Status PresetListModel::save(const Preset& preset)
{
    if (preset.name.empty() || preset.name != presetNameFrom(text(preset.name)))
        return fail(tr("'%1' cannot name a preset; use letters, digits and hyphens")
                        .arg(text(preset.name))
                        .toStdString());
    if (const int row = rowOf(preset.name); row >= 0 && isShipped(row))
        return fail(tr("'%1' is a shipped preset; choose another name").arg(text(preset.name)).toStdString());
    std::error_code error;
    fs::create_directories(m_folder, error); // the write below tells what is wrong
    TRY(writeFileAtomically(fileOf(preset.name), fileText(preset)));
    refresh();
    return {};
}

Result<std::string> PresetListModel::importFile(const fs::path& file)
{
    if (file.extension() != ".json")
        return fail(tr("%1 is no preset; expected a .json file").arg(text(file.string())).toStdString());
    auto preset = findPreset(file.string());
    if (!preset)
        return fail(preset.error());
    const std::string wanted = presetNameFrom(text(preset->name));
    preset->name = wanted;
    for (int copy = 2; rowOf(preset->name) >= 0; ++copy) // never over one that is there
        preset->name = wanted + "-" + std::to_string(copy);
    TRY(save(*preset));
    return preset->name;
}

Status PresetListModel::exportTo(int row, const fs::path& file) const
{
    return writeFileAtomically(file, fileText(at(row)));
}

Status PresetListModel::remove(int row)
{
    if (isShipped(row))
        return fail(tr("'%1' is a shipped preset and stays").arg(text(at(row).name)).toStdString());
    const fs::path file = fileOf(at(row).name);
    if (!moveToTrash(file))
        return fail(tr("no trash takes %1; delete the file yourself").arg(text(file.string())).toStdString());
    refresh();
    return {};
}

int PresetListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_presets.size());
}

QVariant PresetListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Preset& preset = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(preset.title.empty() ? preset.name : preset.title);
    case Qt::ToolTipRole:
        return text(preset.description);
    case originRole:
        return isShipped(index.row()) ? tr("shipped") : tr("own");
    default:
        return {};
    }
}

std::string presetNameFrom(const QString& title)
{
    std::string name;
    for (const QChar c : title.toLower().normalized(QString::NormalizationForm_KD)) {
        const char16_t u = c.unicode();
        if ((u >= u'a' && u <= u'z') || (u >= u'0' && u <= u'9'))
            name += static_cast<char>(u);
        else if (!name.empty() && name.back() != '-' && c.category() != QChar::Mark_NonSpacing)
            name += '-';
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name;
}

fs::path ownPresetsFolder()
{
    return fs::path(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString())
        / "presets";
}

} // namespace mantissa::ui
