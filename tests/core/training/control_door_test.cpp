// SPDX-License-Identifier: Apache-2.0
#include "core/training/control_door.h"
#include "core/training/control_line.h"
#include "tests/support/training_run.h"

#include <QTest>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include <poll.h>

using namespace mantissa;

namespace fs = std::filesystem;

namespace {

/// A test that fails leaves no training that nobody ends.
struct EndsTraining {
    Mailbox& mailbox;
    ~EndsTraining() { mailbox.requestStop(StopRequest::Interrupt); }
};

} // namespace

/// The door of a run, and the way to it from another process.
class ControlDoorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folders = std::make_unique<RunFolders>();
        m_folder = m_folders->root() / "run";
        m_mailbox = std::make_unique<Mailbox>();
    }
    void cleanup() { m_door.reset(); }

    void whatIsAskedReachesTheMailbox()
    {
        openDoor();
        auto line = ControlLine::open(m_folder);
        QVERIFY(line);
        QVERIFY(*line->ask({ControlAsk::State}) == TrainerState::Training);
        QVERIFY(*line->ask({ControlAsk::Pause}) == TrainerState::Pausing);
        QVERIFY(*line->ask({ControlAsk::GoOn}) == TrainerState::Training);
        QVERIFY(!m_mailbox->takeSnapshotRequest() && !m_mailbox->takeNumbersRequest());
        QVERIFY(line->ask({ControlAsk::Save}));
        QVERIFY(line->ask({ControlAsk::Numbers}));
        QVERIFY(m_mailbox->takeSnapshotRequest() && m_mailbox->takeNumbersRequest());
        const TableEdit edit{PrecisionTable{}.withEnabled(false), PrecisionTable{}};
        QVERIFY(line->ask({ControlAsk::Edit, edit}));
        const auto edits = m_mailbox->takeEdits();
        QVERIFY(edits.size() == 1 && edits[0].table == edit.table && edits[0].from == edit.from);
        QVERIFY(*line->ask({ControlAsk::Stop}) == TrainerState::Stopping);
        QVERIFY(m_mailbox->stopRequested() == StopRequest::Stop);
        QVERIFY(*line->ask({ControlAsk::Interrupt}) == TrainerState::Interrupting);
        QVERIFY(m_mailbox->stopRequested() == StopRequest::Interrupt);
    }
    void whatIsNotUnderstoodIsRefusedAndHurtsNothing()
    {
        openDoor();
        LineSocket socket = rawSocket();
        for (const char* nonsense :
            {"", "stop", "{\"ask\": \"dance\"}", "{\"ask\": \"edit\", \"table\": 7}"}) {
            QVERIFY(socket.writeLine(nonsense));
            QVERIFY(!controlAnswerFrom(nextLine(socket)));
        }
        QVERIFY(socket.writeLine(R"({"ask": "state"})"));
        QVERIFY(controlAnswerFrom(nextLine(socket))->state == TrainerState::Training);
    }
    void aRequestWithoutAnEndIsRefusedAndTheNextVisitorIsServed()
    {
        openDoor();
        LineSocket socket = rawSocket();
        const std::string much(LineSocket::mostLineBytes + 5000, 'x');
        while (socket.writeLine(much) && !isReadable(socket, 0)) { } // until it says no
        QVERIFY(nextLine(socket).find("at most") != std::string::npos);
        QVERIFY(ControlLine::open(m_folder)->ask({ControlAsk::State}));
    }
    void oneVisitorTooManyIsToldSo()
    {
        openDoor();
        std::vector<ControlLine> visitors;
        for (int i = 0; i < 16; ++i) {
            visitors.push_back(*ControlLine::open(m_folder));
            QVERIFY(visitors.back().ask({ControlAsk::State}));
        }
        const auto refused = ControlLine::open(m_folder)->ask({ControlAsk::State});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("too many") != std::string::npos);
        visitors.clear();
        for (bool isIn = false; !isIn;) // once the door has seen that they left
            isIn = ControlLine::open(m_folder)->ask({ControlAsk::State}).has_value();
    }
    void aDoorThatADeadProcessLeftIsReplacedAndClosedAgain()
    {
        QVERIFY(createRunFolderAt(m_folder, shortConfig(10)));
        std::error_code error;
        listenIn(openFolder(m_folder, error), ControlDoor::name, error); // and gone
        QVERIFY(!ControlLine::open(m_folder));
        m_door = std::move(*ControlDoor::open(m_folder, *m_mailbox));
        QVERIFY(ControlLine::open(m_folder));
        m_door.reset();
        QVERIFY(!fs::exists(m_folder / ControlDoor::name));
    }
    void aPausedRunAddsNoStepAndAStopSavesIt()
    {
        std::atomic<std::int64_t> steps = 0;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) { steps = step; };
        auto trained = std::async(std::launch::async,
            [&] { return train(shortConfig(100'000'000), m_folder, script, false, m_mailbox.get()); });
        const EndsTraining atTheEnd{*m_mailbox};
        auto line = lineOnceOpen();
        QVERIFY(line.ask({ControlAsk::Pause}));
        while (*line.ask({ControlAsk::State}) != TrainerState::Paused)
            std::this_thread::yield();
        const std::int64_t before = steps;
        for (int i = 0; i < 1000; ++i)
            QVERIFY(*line.ask({ControlAsk::State}) == TrainerState::Paused);
        QCOMPARE(steps.load(), before);
        QVERIFY(*line.ask({ControlAsk::GoOn}) == TrainerState::Training);
        while (steps == before)
            std::this_thread::yield();
        QVERIFY(*line.ask({ControlAsk::Stop}) == TrainerState::Stopping);
        while (!line.waitUntilClosed(std::chrono::seconds(10))) { }
        const Finished finished = trained.get();
        QVERIFY(finished.ended.outcome == Outcome::Stopped);
        QVERIFY(newestCheckpoint(m_folder));
        const auto again = ControlLine::open(m_folder);
        QVERIFY(!again);
        QVERIFY2(again.error().message.find("stopped at step") != std::string::npos
                && again.error().message.find("mantissa-cli resume") != std::string::npos,
            again.error().message.c_str());
    }
    void aRunThatStandsStopsToo()
    {
        FakeEngineScript script;
        m_mailbox->setPaused(true);
        auto trained = std::async(std::launch::async,
            [&] { return train(shortConfig(1000), m_folder, script, false, m_mailbox.get()); });
        const EndsTraining atTheEnd{*m_mailbox};
        auto line = lineOnceOpen();
        QVERIFY(*line.ask({ControlAsk::Interrupt}) == TrainerState::Interrupting);
        QVERIFY(trained.get().ended.outcome == Outcome::Interrupted);
    }
    void aSecondTrainerOfTheRunLeavesTheDoorOfTheFirst()
    {
        FakeEngineScript script;
        m_mailbox->setPaused(true);
        auto trained = std::async(std::launch::async,
            [&] { return train(shortConfig(1000), m_folder, script, false, m_mailbox.get()); });
        const EndsTraining atTheEnd{*m_mailbox};
        auto line = lineOnceOpen();
        FakeEngineScript other;
        QVERIFY(train(shortConfig(1000), m_folder, other, true).ended.outcome == Outcome::Failed);
        QVERIFY(ControlLine::open(m_folder));
        QVERIFY(line.ask({ControlAsk::Interrupt}));
        trained.get();
    }
    void whereNobodyTrainsItSaysWhatToDo()
    {
        const auto none = ControlLine::open(m_folder);
        QVERIFY(!none && none.error().code == ExitCode::Usage);
        QVERIFY(none.error().message.find("is no run folder") != std::string::npos);
        FakeEngineScript script;
        train(shortConfig(10), m_folder, script);
        const auto ended = ControlLine::open(m_folder);
        QVERIFY(!ended && ended.error().code == ExitCode::Failed);
        QVERIFY2(ended.error().message.find("completed at step 10/10") != std::string::npos,
            ended.error().message.c_str());
    }
    void whoTrainsItWithoutADoorOrElsewhereIsSaid()
    {
        QVERIFY(createRunFolderAt(m_folder, shortConfig(10)));
        {
            const auto lock = RunLock::take(m_folder);
            const auto here = ControlLine::open(m_folder);
            QVERIFY2(!here && here.error().message.find("cannot be reached") != std::string::npos,
                here ? "" : here.error().message.c_str());
            QVERIFY(writeTo(m_folder / "lock", "another boot"));
            const auto elsewhere = ControlLine::open(m_folder);
            QVERIFY2(!elsewhere && elsewhere.error().message.find("on another machine") != std::string::npos,
                elsewhere ? "" : elsewhere.error().message.c_str());
        }
        RunLog log; // that grows, though nobody here holds its lock
        QVERIFY(log.open(m_folder / "events.jsonl") && log.append(RunStarted{.tokensPerStep = 1}));
        QVERIFY(writerOf(m_folder) == RunWriter::AnotherMachine);
        QVERIFY(log.append(RunEnded{}));
        QVERIFY(writerOf(m_folder) == RunWriter::Nobody);
    }
    void aFolderThatTakesNoSocketIsSaid()
    {
        const auto door = ControlDoor::open(m_folder / "none", *m_mailbox);
        QVERIFY(!door && door.error().message.find("takes no socket") != std::string::npos);
    }

private:
    void openDoor()
    {
        QVERIFY(createRunFolderAt(m_folder, shortConfig(10)));
        auto door = ControlDoor::open(m_folder, *m_mailbox);
        QVERIFY(door);
        m_door = std::move(*door);
    }
    ControlLine lineOnceOpen() const
    {
        while (true) {
            if (auto line = ControlLine::open(m_folder))
                return std::move(*line);
            std::this_thread::yield();
        }
    }
    LineSocket rawSocket() const
    {
        std::error_code error;
        return LineSocket(connectIn(openFolder(m_folder, error), ControlDoor::name, error));
    }
    static bool isReadable(const LineSocket& socket, int milliseconds)
    {
        pollfd wait{socket.descriptor(), POLLIN, 0};
        return ::poll(&wait, 1, milliseconds) > 0;
    }
    static std::string nextLine(LineSocket& socket)
    {
        while (isReadable(socket, 60'000))
            if (const auto lines = socket.readLines(); !lines.empty() || socket.isClosed())
                return lines.empty() ? "" : lines.front();
        return "";
    }
    /// In place, as the lock's holder writes it.
    static bool writeTo(const fs::path& file, const std::string& text)
    {
        return static_cast<bool>(std::ofstream(file, std::ios::trunc) << text);
    }

    std::unique_ptr<RunFolders> m_folders;
    fs::path m_folder;
    std::unique_ptr<Mailbox> m_mailbox;
    std::unique_ptr<ControlDoor> m_door;
};

QTEST_APPLESS_MAIN(ControlDoorTest)
#include "control_door_test.moc"
