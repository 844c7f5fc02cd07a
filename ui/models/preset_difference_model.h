// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The keys in which two sets of choices differ, with both values, named as in files and by `presets diff`.

#include "core/precision/preset.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

struct PresetDifference {
    QString key;
    QString left;
    QString right;
    friend bool operator==(const PresetDifference&, const PresetDifference&) = default;
};

std::vector<PresetDifference> presetDifferences(const PresetChoices& left, const PresetChoices& right);

class PresetDifferenceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Key, Left, Right, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setDifferences(std::vector<PresetDifference> differences, const QString& left, const QString& right);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<PresetDifference> m_rows{};
    QString m_left{};
    QString m_right{};
};

} // namespace mantissa::ui
