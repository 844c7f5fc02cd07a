// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What trains once the present run is done, in order. Rows are moved and removed; the session takes the
// first.

#include "core/record/run_config.h"

#include <QAbstractListModel>

#include <deque>
#include <optional>

namespace mantissa::ui {

struct QueuedRun {
    RunConfig config{};
    std::optional<std::filesystem::path> returnTo{}; ///< the run to show again after it: of a baseline
    std::optional<std::filesystem::path> folder{}; ///< where it trains, or goes on
    std::vector<std::string> settings{}; ///< "key=value" for one that goes on
    bool goesOn = false; ///< it was begun, and never begins again
};

class RunQueueModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    void add(QueuedRun run);
    void remove(int row);
    /// One place towards the front (-1) or the end (1); false where there is none.
    bool move(int row, int direction);
    QueuedRun takeFirst();
    bool isEmpty() const { return m_runs.empty(); }
    const QueuedRun& at(int row) const { return m_runs[static_cast<std::size_t>(row)]; }
    bool holdsBaseline() const;
    /// A run that has this folder of its own.
    bool holds(const std::filesystem::path& folder) const;
    /// The same, or a run whose folder is in this one, as an experiment's is.
    bool needs(const std::filesystem::path& folder) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::deque<QueuedRun> m_runs{};
};

} // namespace mantissa::ui
