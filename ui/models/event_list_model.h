// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What happened in a run, newest first: segments, evaluations, checkpoints, notices. Formats, never computes.

#include "core/record/run.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

class EventListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { AtTick, Kind, What, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    /// Shows a run from its beginning.
    void setRun(const Run* run);
    /// Adds the rows that the run has gained.
    void showNewEvents();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::int64_t tick = 0;
        QString kind;
        QString what;
        bool warns = false;
    };
    void collect(std::vector<Row>& rows);
    const Run* m_run = nullptr;
    std::vector<Row> m_rows; // oldest first
    std::size_t m_segments = 0;
    std::size_t m_evaluations = 0;
    std::size_t m_predictions = 0;
    std::size_t m_checkpoints = 0;
    std::size_t m_notices = 0;
};

} // namespace mantissa::ui
