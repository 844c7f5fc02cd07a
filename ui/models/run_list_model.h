// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The runs of a folder as rows, newest first, and its experiments with their runs inside; with the labels
// that the user may edit in place.

#include "core/record/run_family.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"

#include <QAbstractItemModel>

#include <vector>

namespace mantissa::ui {

/// An experiment of a folder of runs.
struct ExperimentListing {
    std::filesystem::path folder{};
    std::string name{};
    int planned = 0; ///< runs; 0: its plan cannot be read
    std::vector<RunListing> runs{}; ///< those that are there
};
/// Reads the experiments of a folder of runs.
std::vector<ExperimentListing> listExperiments(const std::filesystem::path& runsFolder);

class RunListModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        State,
        Created,
        Preset,
        Steps,
        EvalLoss,
        QualityDelta,
        Peak,
        Throughput,
        Family,
        Tags,
        Note,
        ColumnCount
    };
    static constexpr int sortRole = Qt::UserRole; ///< raw numbers
    static constexpr int searchRole = Qt::UserRole + 1; ///< all that a search looks at
    using QAbstractItemModel::QAbstractItemModel;

    void setRuns(std::vector<RunListing> runs, std::vector<ExperimentListing> experiments = {});
    /// Reads again those that train; the rows stay where they are.
    void refreshRunning();
    /// Of an experiment: its folder and its newest run's time.
    const RunListing& at(const QModelIndex& index) const { return rowAt(index).run; }
    const RunListing& at(int row) const { return m_rows[static_cast<std::size_t>(row)].run; }
    bool isExperiment(const QModelIndex& index) const { return rowAt(index).isExperiment; }
    bool isArchived(const QModelIndex& index) const { return rowAt(index).labels.isArchived; }
    /// Puts a run away or brings it back; false when that could not be written.
    bool setArchived(const QModelIndex& index, bool archived);
    /// All rows of runs and experiments, of the first column.
    QModelIndexList everyRow() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /// Title, tags and note; written to the run's folder at once.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void labelsChanged();
    void failed(const QString& message); ///< labels could not be written

private:
    struct Row {
        RunListing run{};
        RunLabels labels{};
        RunFamily family{};
        double qualityDelta = 0; ///< percent; NaN: not known
        bool isExperiment = false;
        int planned = 0;
        std::vector<Row> runs{}; ///< of an experiment
    };
    static Row rowOf(RunListing run);
    static Row rowOf(ExperimentListing experiment);
    static void findQuality(std::vector<Row>& rows);
    const Row& rowAt(const QModelIndex& index) const;
    Row& rowAt(const QModelIndex& index) { return const_cast<Row&>(std::as_const(*this).rowAt(index)); }
    bool write(const QModelIndex& index, const RunLabels& labels);
    QVariant valueOf(const Row& row, int column) const; ///< to sort by
    QString textOf(const Row& row, int column) const;
    QString stateOf(const Row& row) const;
    QString familyOf(const Row& row) const;
    QString searchTextOf(const Row& row) const;
    /// What a run with this identity is called here.
    QString titleOfIdentity(const std::string& identity) const;
    std::vector<Row> m_rows{};
};

} // namespace mantissa::ui
