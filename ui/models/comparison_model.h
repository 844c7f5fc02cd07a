// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A Comparison as rows. Formats, never computes.

#include "core/evidence/comparison.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

class ComparisonModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Title,
        Peak,
        PeakRatio,
        Mean,
        EvalLoss,
        Delta,
        Throughput,
        Speed,
        Casts,
        Skipped,
        ColumnCount
    };
    using QAbstractTableModel::QAbstractTableModel;

    void setComparison(Comparison comparison);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Comparison m_comparison{};
};

} // namespace mantissa::ui
