// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runs of a folder as rows, newest first.

#include "core/record/run_store.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

class RunListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Preset, Steps, EvalLoss, Peak, Throughput, ColumnCount };
    static constexpr int sortRole = Qt::UserRole; ///< raw numbers
    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<RunListing> runs);
    const RunListing& at(int row) const { return m_runs[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RunListing> m_runs{};
};

} // namespace mantissa::ui
