// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run_session.h"

#include "core/record/config_remarks.h"
#include "core/record/run_store.h"
#include "core/training/resume.h"
#include "ui/models/run_queue_model.h"
#include "ui/remote_control.h"
#include "ui/theme/format.h"

#include <algorithm>

namespace mantissa::ui {

namespace {

constexpr int followMilliseconds = 500;

} // namespace

/// What the trainer thread works on; lives until the thread is joined.
struct RunSession::Training {
    EventChannel channel{};
    Mailbox mailbox{};
    std::unique_ptr<Trainer> trainer{};
    std::atomic<bool> done = false;
    Result<RunEnded> result = fail("the trainer did not start");
    std::unique_ptr<Background<Result<ReadRun>>> history{}; ///< what a long log had before, still being read
    std::jthread thread{}; // last: joined before what it uses goes away
};

RunSession::RunSession(EngineFactory makeEngine, std::filesystem::path runsFolder, QObject* parent)
    : QObject(parent)
    , m_makeEngine(std::move(makeEngine))
    , m_runsFolder(std::move(runsFolder))
    , m_queue(new RunQueueModel(this))
{
    connect(&m_frame, &QTimer::timeout, this, &RunSession::drainEvents);
    connect(&m_follow, &QTimer::timeout, this, &RunSession::followLog);
    connect(&m_wait, &QTimer::timeout, this, &RunSession::takeWhatWasRead);
    m_wait.setInterval(backgroundMilliseconds);
}

RunSession::~RunSession()
{
    if (m_trainer)
        m_trainer->mailbox.requestStop(StopRequest::Interrupt);
}

Status RunSession::start(const RunConfig& config)
{
    if (m_trainer)
        return fail("a run is training already; stop it first");
    const auto folder = createRunFolder(m_runsFolder, config);
    if (!folder)
        return fail(folder.error());
    m_errand.trains = false;
    return launch({.config = config, .folder = *folder, .notices = remarksOn(config)}, Place::Shown);
}

Status RunSession::resume(const std::filesystem::path& folder, const std::vector<std::string>& settings)
{
    if (m_trainer)
        return fail("a run is training already; stop it first");
    auto setup = planResume(folder, settings);
    m_errand.trains = false;
    return setup ? launch(std::move(*setup), Place::Shown) : fail(setup.error());
}

Status RunSession::launch(TrainerSetup setup, Place place)
{
    if (m_trainer)
        return fail("a run is training already; stop it first");
    auto training = std::make_unique<Training>();
    Run begun;
    if (const std::int64_t bytes = logBytes(setup.folder); bytes > m_longLog) {
        begun = Run(setup.config, setup.folder);
        training->history
            = std::make_unique<Background<Result<ReadRun>>>( // what the trainer writes, it tells
                [folder = setup.folder, bytes](
                    const std::stop_token& stop) { return readRun(folder, stop, bytes); });
        m_wait.start();
    } else {
        auto run = openRun(setup.folder);
        if (!run)
            return fail(run.error());
        begun = std::move(*run);
    }
    m_paused = false;
    m_queueWaits = false; // whoever starts a run again wants the next one too
    m_trainer = std::move(training);
    Training* work = m_trainer.get();
    work->trainer = std::make_unique<Trainer>(std::move(setup), m_makeEngine, work->channel, work->mailbox);
    work->thread = std::jthread([work] {
        work->result = work->trainer->train();
        work->done = true;
    });
    m_frame.start(m_frameMilliseconds);
    m_aside = std::make_unique<Run>(std::move(begun));
    if (place == Place::Shown || placeOf(m_aside->folder()) == placeOf(m_run.folder()))
        showTraining(); // what is looked at is this run, as it was before
    else
        Q_EMIT trainingAside();
    return {};
}

void RunSession::showTraining()
{
    if (!m_aside)
        return;
    m_run = std::move(*std::exchange(m_aside, nullptr));
    m_reading.reset();
    m_reader.reset();
    m_remote.reset();
    m_follow.stop();
    findTheBaseline();
    Q_EMIT runChanged();
}

const Run* RunSession::trainingRun() const { return !m_trainer ? nullptr : m_aside ? m_aside.get() : &m_run; }

Status RunSession::open(const std::filesystem::path& folder)
{
    if (m_reading)
        m_errand.returns = false; // somebody wants to see another
    if (const Run* training = trainingRun(); training && placeOf(folder) == placeOf(training->folder())) {
        showTraining();
        return {};
    }
    auto config = readRunConfig(folder);
    if (!config)
        return fail(config.error());
    if (logBytes(folder) > m_longLog) {
        show(Run(std::move(*config), folder));
        m_reading = std::make_unique<Background<Result<ReadRun>>>(
            [folder](const std::stop_token& stop) { return readRun(folder, stop); });
        m_wait.start();
        return {};
    }
    auto read = readRun(folder);
    if (!read)
        return fail(read.error());
    begin(std::move(*read));
    return {};
}

void RunSession::begin(ReadRun read)
{
    const bool follows = writerOf(read.run.folder()) != RunWriter::Nobody;
    present(std::move(read.run), follows ? std::make_unique<RunLogReader>(std::move(read.reader)) : nullptr);
}

bool RunSession::isReadingHistory() const { return m_trainer && m_trainer->history; }
bool RunSession::isReading() const { return m_reading || m_search || isReadingHistory(); }

void RunSession::takeWhatWasRead()
{
    if (isReadingHistory() && m_trainer->history->isDone()) {
        auto read = m_trainer->history->take();
        m_trainer->history.reset();
        if (!read) {
            Q_EMIT failed(messageText(read.error().message));
        } else if (m_aside) {
            *m_aside = std::move(read->run);
        } else {
            m_run = std::move(read->run);
            findTheBaseline();
            Q_EMIT runChanged();
        }
        drainEvents(); // they have waited
    }
    if (m_reading && m_reading->isDone()) {
        auto read = m_reading->take();
        m_reading.reset();
        if (read)
            begin(std::move(*read));
        else
            Q_EMIT failed(messageText(read.error().message));
        m_errand.returns = false;
    }
    if (m_search && m_search->isDone()) {
        m_baseline = m_search->take();
        m_search.reset();
        Q_EMIT baselineChanged();
    }
    if (m_forking.work && m_forking.work->isDone()) {
        const auto folder = m_forking.work->take();
        m_forking.work.reset();
        const Status status
            = folder ? continueRun(*folder, std::exchange(m_forking.settings, {})) : fail(folder.error());
        if (folder && !status) { // a fork that cannot train is nothing
            std::error_code ignored;
            std::filesystem::remove_all(*folder, ignored);
        }
        if (!status)
            Q_EMIT failed(messageText(status.error().message));
    }
    if (!isReading() && !isForking())
        m_wait.stop();
}

void RunSession::show(Run run) { present(std::move(run), nullptr); }

void RunSession::present(Run run, std::unique_ptr<RunLogReader> reader)
{
    if (showsTraining())
        m_aside = std::make_unique<Run>(std::move(m_run)); // it trains on, and is not drawn
    m_run = std::move(run);
    m_reading.reset();
    m_reader = std::move(reader);
    m_remote.reset();
    m_follow.stop();
    if (m_reader) {
        reachTrainer();
        m_follow.start(followMilliseconds);
    }
    findTheBaseline();
    Q_EMIT runChanged();
}

void RunSession::reachTrainer()
{
    m_remote = std::make_unique<RemoteControl>(m_run.folder());
    connect(m_remote.get(), &RemoteControl::changed, this, &RunSession::rowsAppended);
    connect(m_remote.get(), &RemoteControl::refused, this, [this](const QString& message) {
        Q_EMIT tableChanged(); // what was asked for is not in force: whoever shows it looks again
        Q_EMIT rowsAppended();
        Q_EMIT failed(message);
    });
}

bool RunSession::isPaused() const
{
    if (m_remote)
        return m_remote->state() == TrainerState::Pausing || m_remote->state() == TrainerState::Paused;
    return showsTraining() && (m_paused || m_run.card().isHeld());
}

TrainerState RunSession::state() const
{
    return m_remote ? m_remote->state() : showsTraining() ? trainingState() : TrainerState::Training;
}

TrainerState RunSession::trainingState() const
{
    return m_trainer ? m_trainer->mailbox.state() : TrainerState::Training;
}

bool RunSession::isControlled() const { return showsTraining() || (m_remote && m_remote->isOpen()); }

QString RunSession::whyNotControlled() const
{
    if (m_remote)
        return m_remote->whyNot();
    return m_aside
        ? tr("%1 trains, and not the run that is shown; go back to it first").arg(text(m_aside->title()))
        : QString();
}

void RunSession::ask(ControlAsk what, const TableEdit& edit)
{
    if (m_remote)
        m_remote->ask({what, edit});
}

void RunSession::findTheBaseline()
{
    m_baseline.reset();
    const auto candidates = baselineCandidates(m_run.folder().parent_path(), m_run);
    const auto search
        = [candidates, own = m_run.folder()](const std::stop_token& stop) -> std::optional<Run> {
        const auto folder = firstBaseline(candidates, stop);
        auto read = folder && *folder != own ? readRun(*folder, stop) : Result<ReadRun>(fail("none"));
        return read ? std::optional(std::move(read->run)) : std::nullopt;
    };
    const bool isLong = std::ranges::any_of(
        candidates, [this](const RunListing& listing) { return logBytes(listing.folder) > m_longLog; });
    m_search = isLong ? std::make_unique<Background<std::optional<Run>>>(search) : nullptr;
    if (isLong)
        m_wait.start();
    else
        m_baseline = search({});
    Q_EMIT baselineChanged();
}

void RunSession::setPaused(bool paused)
{
    if (!showsTraining())
        return ask(paused ? ControlAsk::Pause : ControlAsk::GoOn);
    m_paused = paused;
    m_trainer->mailbox.setPaused(paused);
    Q_EMIT rowsAppended(); // none may come any more, and whoever shows the state looks again
}

void RunSession::stop()
{
    const bool isAskedAgain = state() == TrainerState::Stopping;
    if (m_remote)
        return ask(isAskedAgain ? ControlAsk::Interrupt : ControlAsk::Stop);
    if (!showsTraining())
        return;
    m_queueWaits = true;
    m_trainer->mailbox.requestStop(isAskedAgain ? StopRequest::Interrupt : StopRequest::Stop);
    Q_EMIT rowsAppended(); // the last evaluation may take a while: whoever shows the state looks at once
}

void RunSession::interrupt()
{
    m_queueWaits = true;
    if (m_trainer)
        m_trainer->mailbox.requestStop(StopRequest::Interrupt);
}

void RunSession::setTable(const PrecisionTable& table, const PrecisionTable& from)
{
    if (showsTraining())
        m_trainer->mailbox.setTable(table, from);
    else
        ask(ControlAsk::Edit, {table, from});
}

void RunSession::requestNumbers()
{
    if (showsTraining())
        m_trainer->mailbox.requestNumbers();
    else
        ask(ControlAsk::Numbers);
}

void RunSession::append(const std::vector<RunEvent>& events)
{
    for (const RunEvent& event : events)
        m_run.apply(event);
    if (std::any_of(events.begin(), events.end(),
            [](const RunEvent& event) { return std::holds_alternative<TableChanged>(event); }))
        Q_EMIT tableChanged();
    if (!events.empty())
        Q_EMIT rowsAppended();
}

void RunSession::setFrameMilliseconds(int milliseconds)
{
    constexpr int shortest = 50;
    constexpr int longest = 200;
    m_frameMilliseconds = std::clamp(milliseconds, shortest, longest);
    if (m_trainer)
        m_frame.setInterval(m_frameMilliseconds);
}

void RunSession::drainEvents()
{
    if (!m_trainer || isReadingHistory())
        return; // what came before is still read
    const bool last = m_trainer->done; // asked before the drain, so nothing is left behind
    const std::vector<RunEvent> events = m_trainer->channel.drain();
    if (!m_aside) {
        append(events);
    } else if (!events.empty()) {
        for (const RunEvent& event : events)
            m_aside->apply(event);
        Q_EMIT trainingAside();
    }
    if (last)
        finishTraining(m_aside ? Place::Aside : Place::Shown);
}

void RunSession::followLog()
{
    if (!m_reader)
        return;
    std::vector<RunEvent> events;
    if (auto read = m_reader->readNew())
        events = std::move(*read);
    append(events);
    if (m_remote)
        m_remote->look();
    if (!events.empty() || writerOf(m_run.folder()) != RunWriter::Nobody)
        return;
    m_reader.reset();
    m_remote.reset();
    m_follow.stop();
    m_endedFolder = m_run.folder();
    Q_EMIT ended();
}

/// `next`: where the next one of the queue is shown. Who looks at another run meanwhile goes on doing so.
void RunSession::finishTraining(Place next)
{
    if (m_trainer) {
        m_endedFolder = trainingRun()->folder();
        m_trainer->thread.join();
        const auto result = std::move(m_trainer->result);
        m_trainer.reset();
        m_aside.reset();
        m_frame.stop();
        m_paused = false;
        Q_EMIT trained(m_endedFolder);
        if (!result)
            Q_EMIT failed(messageText(result.error().message));
        else if (!result->message.empty())
            Q_EMIT failed(text(result->message));
    }
    while (!m_queue->isEmpty() && !m_queueWaits) {
        const QueuedRun queued = m_queue->takeFirst();
        if (queued.returnTo)
            m_returnTo = queued.returnTo;
        m_errand.trains = queued.returnTo || (queued.folder && !queued.goesOn);
        const auto status = startQueued(queued, next);
        if (status)
            return;
        Q_EMIT failed(messageText(status.error().message)); // and the one after it
    }
    const auto back = std::exchange(m_returnTo, std::nullopt);
    if (next == Place::Aside) {
        findTheBaseline(); // what ended may be that of the run that is shown
        Q_EMIT trainingAside();
    } else if (back) {
        m_errand.returns = true;
        if (const auto status = open(*back); !status)
            Q_EMIT failed(messageText(status.error().message));
        m_errand.returns = m_reading != nullptr; // its rows come later
    }
    Q_EMIT ended();
}

} // namespace mantissa::ui
