// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/preset_difference_model.h"

#include "core/precision/preset_difference.h"
#include "ui/theme/format.h"

#include <nlohmann/json.hpp>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString valueText(const Json& value)
{
    return text(value.is_string() ? value.get<std::string>() : jsonLine(value));
}

} // namespace

std::vector<PresetDifference> presetDifferences(const PresetChoices& left, const PresetChoices& right)
{
    std::vector<PresetDifference> differences;
    forEachDifference(left, right, [&](const std::string& key, const Json& a, const Json& b) {
        differences.push_back({text(key), valueText(a), valueText(b)});
    });
    return differences;
}

void PresetDifferenceModel::setDifferences(
    std::vector<PresetDifference> differences, const QString& left, const QString& right)
{
    beginResetModel();
    m_rows = std::move(differences);
    m_left = left;
    m_right = right;
    endResetModel();
}

int PresetDifferenceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}
int PresetDifferenceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PresetDifferenceModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    const PresetDifference& row = m_rows[static_cast<std::size_t>(index.row())];
    return index.column() == Key ? row.key : index.column() == Left ? row.left : row.right;
}

QVariant PresetDifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return section == Key ? tr("Key") : section == Left ? m_left : m_right;
}

} // namespace mantissa::ui
