// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The run that the window shows, and the one that trains here on a trainer thread: often the same, but any
// run can be shown while another trains aside. A run that another process writes is followed. Drains events
// on a timer and announces each batch once. GUI thread.

#include "core/record/event_channel.h"
#include "core/record/run.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "core/training/control_request.h"
#include "core/training/engine.h"
#include "core/training/fork.h"
#include "core/training/mailbox.h"
#include "ui/background.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

namespace mantissa {
struct TrainerSetup;
}

namespace mantissa::ui {

class RemoteControl;
class RunQueueModel;
struct QueuedRun;

class RunSession : public QObject {
    Q_OBJECT
public:
    RunSession(EngineFactory makeEngine, std::filesystem::path runsFolder, QObject* parent = nullptr);
    ~RunSession() override;

    /// Makes a run folder and trains in it. An error leaves everything as it was.
    Status start(const RunConfig& config);
    /// Goes on with the run of this folder, with "key=value" over what was in force.
    Status resume(const std::filesystem::path& folder, const std::vector<std::string>& settings = {});
    /// The same; after what trains and what is queued, where there is something.
    Status continueRun(const std::filesystem::path& folder, const std::vector<std::string>& settings);
    /// Makes a new run that goes on from a checkpoint, on a thread of its own, and continues it with these
    /// settings. Errors come as failed().
    void fork(const ForkOrder& order, const std::vector<std::string>& settings);
    /// Shows a run; follows it while another process writes it. What trains here goes on aside. A long log is
    /// read away from this thread: until then the run has no rows, and runChanged() comes again.
    Status open(const std::filesystem::path& folder);
    /// Shows the run that trains here again.
    void showTraining();
    /// Shows a run that nobody here writes.
    void show(Run run);
    /// Takes a batch of events into the run that is shown and announces them together.
    void append(const std::vector<RunEvent>& events);
    void setPaused(bool paused);
    /// Asks the run that is shown to end after a last evaluation; asked again, without it. Of a run that
    /// trains here: the queue waits until startQueue().
    void stop();
    /// Ends the run as interrupted, so that it can be resumed: for a window that closes. `ended` follows.
    void interrupt();
    /// Asks the trainer for what differs between the table and the one it was edited from; `tableChanged`
    /// follows with what is in force then, be it as asked or not.
    void setTable(const PrecisionTable& table, const PrecisionTable& from);
    /// The next step looks at every element of its numbers; a NumbersMeasured follows.
    void requestNumbers();
    /// Trains the FP32 baseline of the present config once nothing else runs, and shows this run again.
    void queueBaseline();
    /// Trains a config after what runs and what is queued; at once where there is neither.
    void enqueue(const RunConfig& config);
    /// The same for runs that have folders of their own, begun or not: those of an experiment. Goes on with a
    /// queue that waits.
    void enqueueIn(const std::vector<std::pair<RunConfig, std::filesystem::path>>& runs);
    /// Goes on with a queue that a stop left waiting.
    void startQueue();
    void drainEvents();
    /// Reads what another process has written meanwhile.
    void followLog();
    /// How often a training run is drawn: at least 50 ms apart, at most 200.
    void setFrameMilliseconds(int milliseconds);
    int frameMilliseconds() const { return m_frameMilliseconds; }

    const Run& run() const { return m_run; } ///< that is shown
    /// The baseline in the same folder of runs, opened; null without one.
    const Run* baseline() const { return m_baseline ? &*m_baseline : nullptr; }
    /// Some run trains here, be it shown or not.
    bool isTraining() const { return m_trainer != nullptr; }
    /// The run that trains here; null while none does.
    const Run* trainingRun() const;
    /// The run that is shown is the one that trains here.
    bool showsTraining() const { return m_trainer && !m_aside; }
    /// The run that trains here was begun for a comparison, as a baseline or by an experiment, and not from
    /// the set-up.
    bool isErrand() const { return m_errand.trains && m_trainer; }
    /// The run that is shown was shown before such a one, and nobody has opened it.
    bool isBackFromErrand() const { return m_errand.returns; }
    /// The run whose end ended() told of last.
    const std::filesystem::path& endedFolder() const { return m_endedFolder; }
    /// What is done about the run that is shown, where somebody trains it.
    TrainerState state() const;
    /// The same of the run that trains here, shown or not.
    TrainerState trainingState() const;
    /// By the user, or by its own limit on the card's temperature. Of a run that another process trains: as
    /// it says.
    bool isPaused() const;
    bool isFollowing() const { return m_reader != nullptr; }
    /// Pause, stop, edits and looks reach the run that is shown: it trains here, or its trainer's door is
    /// open.
    bool isControlled() const;
    /// Of a run that is followed; empty where it is controlled.
    QString whyNotControlled() const;
    /// Something is still read: the run's own log, or that of its baseline.
    bool isReading() const;
    /// The run that trains here had a long log already, which is still read: until then it has no rows.
    bool isReadingHistory() const;
    bool isForking() const { return m_forking.work != nullptr; }
    /// From this length of a log on it is read on a thread of its own.
    void setLongLog(std::int64_t bytes) { m_longLog = bytes; }
    RunQueueModel* queue() const { return m_queue; }
    const std::filesystem::path& runsFolder() const { return m_runsFolder; }
    /// Where the next runs are made.
    void setRunsFolder(const std::filesystem::path& folder) { m_runsFolder = folder; }

Q_SIGNALS:
    void runChanged(); ///< another run is shown
    void rowsAppended(); ///< once a batch, however many events arrived
    void tableChanged(); ///< run().table() is in force now
    void baselineChanged();
    void trainingAside(); ///< a batch of the run that trains while another is shown, or it begins or ends
    void trained(const std::filesystem::path& folder); ///< a run ended here, whatever of the queue follows
    void ended(); ///< endedFolder(), after which nothing of the queue began
    void failed(const QString& message);

private:
    struct Training;
    /// Where a run that begins is shown: in the place of the one that is, or not at all.
    enum class Place { Shown, Aside };
    Status launch(TrainerSetup setup, Place place);
    void finishTraining(Place next);
    Status startQueued(const QueuedRun& run, Place place);
    void findTheBaseline();
    void begin(ReadRun read);
    void present(Run run, std::unique_ptr<RunLogReader> reader);
    void reachTrainer();
    /// Through the door of a run that another process trains.
    void ask(ControlAsk what, const TableEdit& edit = {});
    /// Takes over what threads have read meanwhile.
    void takeWhatWasRead();

    EngineFactory m_makeEngine;
    std::filesystem::path m_runsFolder;
    Run m_run{};
    std::optional<Run> m_baseline{};
    std::unique_ptr<Training> m_trainer{};
    std::unique_ptr<Run> m_aside{}; ///< the run that trains here, while another is shown
    std::filesystem::path m_endedFolder{};
    std::unique_ptr<RunLogReader> m_reader{};
    std::unique_ptr<RemoteControl> m_remote{}; ///< while it follows
    RunQueueModel* m_queue;
    bool m_queueWaits = false;
    struct {
        bool trains = false; ///< the run that trains here was begun for a comparison
        bool returns = false; ///< the run before it is being shown again
    } m_errand{};
    std::optional<std::filesystem::path> m_returnTo{}; ///< the run to show again once its baseline is trained
    QTimer m_frame; ///< of the run that trains here
    QTimer m_follow; ///< of one that another process trains
    int m_frameMilliseconds = 50; ///< 20 Hz
    bool m_paused = false;
    std::int64_t m_longLog = longLogBytes;
    QTimer m_wait; ///< for what threads read
    std::unique_ptr<Background<Result<ReadRun>>> m_reading{}; ///< the log of the run that is shown
    std::unique_ptr<Background<std::optional<Run>>> m_search{}; ///< for the baseline
    struct Forking {
        std::unique_ptr<Background<Result<std::filesystem::path>>> work{};
        std::vector<std::string> settings{};
    } m_forking{};
};

} // namespace mantissa::ui
