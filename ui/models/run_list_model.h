// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runs of a folder as rows, newest first, with the labels that the user may edit in place.

#include "core/record/run_labels.h"
#include "core/record/run_store.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

class RunListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Tags, Note, State, Preset, Steps, EvalLoss, Peak, Throughput, ColumnCount };
    static constexpr int sortRole = Qt::UserRole; ///< raw numbers
    static constexpr int searchRole = Qt::UserRole + 1; ///< all that a search looks at
    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<RunListing> runs);
    /// Reads again those that train; the rows stay where they are.
    void refreshRunning();
    const RunListing& at(int row) const { return m_runs[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool isArchived(int row) const { return m_labels[static_cast<std::size_t>(row)].isArchived; }
    /// Puts a run away or brings it back; false when that could not be written.
    bool setArchived(int row, bool archived);
    /// Title, tags and note; written to the run's folder at once.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void labelsChanged();
    void failed(const QString& message); ///< labels could not be written

private:
    bool write(int row, const RunLabels& labels);
    QString titleAt(int row) const;
    QString searchTextAt(int row) const;
    std::vector<RunListing> m_runs{};
    std::vector<RunLabels> m_labels{}; ///< one for each run
};

} // namespace mantissa::ui
