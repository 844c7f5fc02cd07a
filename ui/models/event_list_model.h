// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What happened in a run, newest first: segments, evaluations, checkpoints, notices. Formats, never computes.
// Words are made for the rows that are seen; older rows come when the view is scrolled down to them.

#include "core/record/run.h"

#include <QAbstractTableModel>

#include <deque>

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
    /// How many rows are shown at first, and how many more whenever the view is scrolled to the end.
    static constexpr int page = 1000;
    bool hasOlder() const { return static_cast<std::size_t>(m_shown) < m_rows.size(); }
    void showOlder();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    enum class Source : std::uint8_t { Segments, Evaluations, Predictions, Checkpoints, Texts, Notices };
    static constexpr std::size_t sourceCount = 6;
    struct Row {
        Source source = Source::Notices;
        std::uint32_t at = 0; ///< index into the run's list of that kind
    };
    std::size_t sizeOf(Source source) const;
    std::int64_t tickOf(const Row& row) const;
    std::vector<Row> collect();
    QString kindOf(const Row& row) const;
    QString wordsOf(const Row& row) const;
    bool warns(const Row& row) const;
    QString segmentWords(const Segment& segment) const;
    static QString evaluationWords(const Evaluated& evaluated);

    const Run* m_run = nullptr;
    std::deque<Row> m_rows{}; // oldest first
    std::array<std::size_t, sourceCount> m_taken{}; // how many of each source are among the rows
    int m_shown = 0; // the newest of the rows
    int m_wanted = page; // how many of them somebody asked to see
};

} // namespace mantissa::ui
