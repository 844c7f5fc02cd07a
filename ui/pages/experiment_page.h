// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What an experiment proves: arms × seeds against the FP32 baseline, with intervals and verdicts. Opens a
// folder that was made here or by the command line, plans one from the set-up, and queues the runs that are
// missing.

#include "core/evidence/experiment.h"
#include "core/evidence/experiment_folder.h"
#include "core/output/experiment_report.h"
#include "ui/background.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QFileSystemWatcher;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace mantissa::ui {

class ExperimentPlot;
class ExperimentTables;
class NewExperimentBar;
class RunSession;

class ExperimentPage : public QWidget {
    Q_OBJECT
public:
    /// `setup` gives the config that a new experiment is planned from; nothing while a field is wrong.
    ExperimentPage(RunSession* session, std::function<std::optional<RunConfig>()> setup, QWidget* parent);

    /// Shows an experiment's folder; false, and the page says why, for one that is none.
    bool openExperiment(const std::filesystem::path& folder);
    /// Its runs are being read, on a thread of their own.
    bool isReading() const { return m_logs.reading != nullptr; }
    const std::filesystem::path& folder() const { return m_folder; }
    /// Plans one in the folder of runs from the set-up, arms by these names (as NewExperimentBar has them)
    /// and so many seeds, and shows it.
    Status planNew(const QStringList& names, int seeds);
    /// From this many bytes of logs on they are read on a thread of its own; what was known is shown
    /// meanwhile.
    void setLongLogs(std::int64_t bytes) { m_logs.longFrom = bytes; }
    void redraw();

Q_SIGNALS:
    void openRequested(const std::filesystem::path& runFolder);
    void told(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildHead(QHBoxLayout* head);
    void chooseFolder();
    void createNew(const QStringList& arms, int seeds);
    /// Reads the runs of the folder that changed, and shows the result.
    void refresh();
    struct ReadRuns {
        ExperimentRuns runs{};
        Status status{};
    };
    void take(ReadRuns read);
    /// What was read of the experiment before.
    void forget();
    ExperimentReportInput reportInput() const;
    void takeWhenDone();
    void showResult();
    void queueMissing();
    void saveReport();
    /// Runs that are neither trained, nor in training, nor queued.
    std::vector<PlannedRun> missing() const;
    /// Queued or in training.
    bool isComing(const std::filesystem::path& folder) const;
    int coming() const;

    RunSession* m_session;
    std::function<std::optional<RunConfig>()> m_setup;
    std::filesystem::path m_folder{};
    StoredExperiment m_stored{};
    ExperimentRuns m_runs{};
    ExperimentResult m_result{};
    QString m_problem{};
    struct Logs {
        std::int64_t longFrom = longLogBytes;
        std::unique_ptr<Background<ReadRuns>> reading{}; ///< has m_runs meanwhile
        bool isStale = false; ///< something changed while it read
        bool isToWrite = false; ///< runs of it ended here: its reports are written once they are read
        QTimer wait; ///< for `reading`
    } m_logs;
    QLabel* m_state = nullptr;
    QLabel* m_warnings = nullptr;
    QPushButton* m_train = nullptr;
    QPushButton* m_save = nullptr;
    NewExperimentBar* m_new = nullptr;
    QStackedWidget* m_views = nullptr;
    QWidget* m_plotCard = nullptr;
    ExperimentPlot* m_plot = nullptr;
    ExperimentTables* m_tables = nullptr;
    QFileSystemWatcher* m_watcher = nullptr; ///< the command line writes experiment.json as it goes
};

} // namespace mantissa::ui
