// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "ui/models/run_queue_model.h"
#include "ui/run_alerts.h"
#include "ui/run_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;

namespace {

RunConfig configOf(std::int64_t steps)
{
    RunConfig config;
    config.training.maxSteps = steps;
    config.training.evalInterval = 10;
    config.training.saveInterval = 0;
    config.phases = {.warmupSteps = 5, .fullSteps = 6, .maxPredictSteps = 4, .correctSteps = 2};
    return config;
}

} // namespace

class RunSessionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void everyTickReachesTheRun()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        QSignalSpy batches(&session, &RunSession::rowsAppended);
        QVERIFY(session.start(configOf(500)));
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().steps(), 500);
        QVERIFY(session.run().ended()->outcome == Outcome::Completed);
        QVERIFY(batches.count() < session.run().ticks()); // announced in batches, not one by one
        const auto again = openRun(session.run().folder());
        QCOMPARE(again->ticks(), session.run().ticks());
        QCOMPARE(again->peakDeviceBytes(), session.run().peakDeviceBytes());
    }
    void anEditIsInForceOnceItsEventArrives()
    {
        FakeEngineScript script;
        std::atomic<bool> go = false;
        script.beforeStep = [&](std::int64_t step) {
            while (step == 3 && !go)
                std::this_thread::yield();
        };
        RunSession session(fakeFactory(script), runs());
        QSignalSpy changed(&session, &RunSession::tableChanged);
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.start(configOf(20)));
        const PrecisionTable edited = PrecisionTable{}.with(Phase::Warmup, {.compute = Precision::Bf16});
        session.setTable(edited, PrecisionTable{});
        QVERIFY(session.run().table() == PrecisionTable{});
        go = true;
        QVERIFY(changed.count() > 0 || changed.wait(60'000));
        QVERIFY(session.run().table() == edited);
        QVERIFY(ended.count() == 1 || ended.wait(60'000));
    }
    void aRunThatWaitsForItsCardShowsAsPaused()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        std::atomic<bool> go = false;
        script.beforeStep = [&](std::int64_t) {
            while (!go)
                std::this_thread::yield();
        };
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.start(configOf(3)));
        session.append({RunStarted{}, CardMeasured{.reading = {.celsius = 90}, .isHeld = true}});
        QVERIFY(session.isPaused());
        session.append({CardMeasured{.reading = {.celsius = 70}}});
        QVERIFY(!session.isPaused());
        go = true;
        QVERIFY(ended.count() == 1 || ended.wait(60'000));
    }
    void stoppingEndsTheRun()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        script.beforeStep = [&](std::int64_t step) {
            if (step == 50)
                QMetaObject::invokeMethod(&session, [&] { session.stop(); });
        };
        QVERIFY(session.start(configOf(100'000'000)));
        QVERIFY(ended.wait(60'000));
        QVERIFY(session.run().ended()->outcome == Outcome::Stopped);
        QVERIFY(!session.isTraining());
    }
    void theQueuedBaselineIsTrainedNextAndTheRunIsShownAgain()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        RunConfig config = configOf(20);
        config.choices = findPreset("aggressive")->choices;
        QVERIFY(session.start(config));
        QVERIFY(!session.baseline());
        const auto folder = session.run().folder();
        session.queueBaseline();
        QVERIFY(ended.wait(60'000));
        QCOMPARE(
            QString::fromStdString(session.run().folder().string()), QString::fromStdString(folder.string()));
        QVERIFY(session.baseline());
        QVERIFY(isComparable(session.baseline()->config(), session.run().config()));
    }
    void anEngineThatCannotStartIsToldAndLeavesTheWindowUsable()
    {
        RunSession session(
            [](const EngineSetup&) -> Result<EngineParts> { return fail("no engine here"); }, runs());
        QSignalSpy failed(&session, &RunSession::failed);
        QVERIFY(session.start(configOf(5)));
        QVERIFY(failed.wait(60'000));
        QCOMPARE(failed.first().first().toString(), QStringLiteral("no engine here"));
        QVERIFY(!session.isTraining());
    }
    void aRunOfAnotherProcessIsFollowed()
    {
        const auto folder = createRunFolder(runs(), configOf(50));
        auto lock = std::make_optional(RunLock::take(*folder));
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy rows(&session, &RunSession::rowsAppended);
        QVERIFY(session.open(*folder));
        QVERIFY(session.isFollowing());
        QVERIFY(session.run().started()); // what was there already
        QVERIFY(log.append(StepDone{.tick = 0}));
        QVERIFY(rows.wait(60'000));
        QCOMPARE(session.run().ticks(), 1);
    }
    void aLongLogIsReadOnAThreadOfItsOwn()
    {
        const auto folder = createRunFolder(runs(), configOf(50));
        writeSteps(*folder, 50);
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        session.setLongLog(logBytes(*folder) - 1);
        QSignalSpy changed(&session, &RunSession::runChanged);
        QVERIFY(session.open(*folder));
        QVERIFY(session.isReading());
        QCOMPARE(session.run().ticks(), 0); // nothing was read on this thread
        QVERIFY(session.run().folder() == *folder);
        QTRY_VERIFY_WITH_TIMEOUT(!session.isReading(), 60'000);
        QCOMPARE(session.run().ticks(), 50);
        QCOMPARE(changed.count(), 2);
        session.setLongLog(logBytes(*folder));
        QVERIFY(session.open(*folder)); // one that is short is there at once
        QVERIFY(!session.isReading());
        QCOMPARE(session.run().ticks(), 50);
    }
    void aLongLogThatAnotherProcessWritesIsReadThenFollowed()
    {
        const auto folder = createRunFolder(runs(), configOf(50));
        auto lock = std::make_optional(RunLock::take(*folder));
        RunLog log;
        writeSteps(*folder, 3, false);
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        session.setLongLog(0);
        QVERIFY(session.open(*folder));
        QTRY_VERIFY_WITH_TIMEOUT(session.isFollowing(), 60'000);
        QCOMPARE(session.run().ticks(), 3);
        QVERIFY(log.open(*folder / "events.jsonl"));
        QVERIFY(log.append(StepDone{.tick = 3, .step = 3}));
        QTRY_COMPARE_WITH_TIMEOUT(session.run().ticks(), 4, 60'000);
    }
    void aRunWithALongLogIsResumedWithoutMissingOrDoublingARow()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        RunConfig config = configOf(20);
        QVERIFY(session.start(config));
        QVERIFY(ended.wait(60'000));
        const auto folder = session.run().folder();
        const std::int64_t before = session.run().ticks();
        config.training.maxSteps = 40;
        QVERIFY(writeFileAtomically(folder / "config.json", toJson(config).dump()));
        session.setLongLog(0);
        QVERIFY(session.resume(folder));
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, 60'000);
        const auto whole = openRun(folder);
        QVERIFY(before > 0 && whole->ticks() > before);
        QCOMPARE(session.run().ticks(), whole->ticks());
        QCOMPARE(session.run().steps(), 40);
        QCOMPARE(session.run().notices().size(), whole->notices().size());
    }
    void aBaselineWithALongLogIsFoundOnAThreadOfItsOwn()
    {
        RunConfig config = configOf(50);
        config.choices = findPreset("aggressive")->choices;
        const auto fp32 = createRunFolder(runs(), baselineOf(config));
        writeSteps(*fp32, 50);
        QVERIFY(writeFileAtomically(*fp32 / "summary.json", R"({"outcome": "completed", "steps": 50})"));
        const auto folder = createRunFolder(runs(), config);
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        session.setLongLog(logBytes(*fp32) - 1);
        QSignalSpy found(&session, &RunSession::baselineChanged);
        QVERIFY(session.open(*folder));
        QVERIFY(!session.baseline() && session.isReading());
        QTRY_VERIFY_WITH_TIMEOUT(session.baseline(), 60'000);
        QVERIFY(session.baseline()->folder() == *fp32);
        QCOMPARE(session.baseline()->ticks(), 50);
        QCOMPARE(found.count(), 2);
    }
    void whatNobodyWaitsForIsNotReadToItsEnd()
    {
        const auto folder = createRunFolder(runs(), configOf(50));
        writeSteps(*folder, 50);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!readRun(*folder, stop.get_token()));
    }
    void aLogThatGrowsWithoutALockIsFollowedUntilItRests()
    {
        const auto folder = createRunFolder(runs(), configOf(50)); // as written by another host
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.open(*folder));
        QVERIFY(session.isFollowing());
        QVERIFY(log.append(StepDone{.tick = 0}));
        QVERIFY(log.append(RunEnded{.tick = 1, .step = 1}));
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().ticks(), 1);
        QVERIFY(!session.isFollowing());
    }
    void aRunThatWasKilledHereIsNotFollowed()
    {
        const auto folder = createRunFolder(runs(), configOf(50));
        QVERIFY(RunLock::take(*folder).has_value()); // and let go, as a dead process does
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QVERIFY(session.open(*folder));
        QVERIFY(!session.isFollowing());
    }
    void queuedRunsTrainInTheirOrder()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        std::vector<std::int64_t> seeds;
        connect(&session, &RunSession::runChanged, &session,
            [&] { seeds.push_back(session.run().config().training.seed); });
        QVERIFY(session.start(configOf(400)));
        for (const std::int64_t seed : {1, 2, 3}) {
            RunConfig config = configOf(20);
            config.training.seed = seed;
            session.enqueue(config);
        }
        const QAbstractItemModelTester tester(session.queue());
        QVERIFY(session.queue()->move(2, -1)); // 1, 3, 2
        QVERIFY(!session.queue()->move(0, -1));
        session.queue()->remove(0);
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(ended.wait(60'000));
        QCOMPARE(seeds, (std::vector<std::int64_t>{configOf(1).training.seed, 3, 2}));
        QVERIFY(session.queue()->isEmpty());
    }
    void aRunTrainsAsideWhileAnotherIsShown()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        const auto other = createRunFolder(runs(), configOf(50));
        writeSteps(*other, 50);
        QVERIFY(session.start(configOf(100'000'000)));
        const auto trained = session.run().folder();
        QVERIFY(session.showsTraining());
        QSignalSpy aside(&session, &RunSession::trainingAside);
        QSignalSpy rows(&session, &RunSession::rowsAppended);
        QVERIFY(session.open(*other));
        const auto drawn = rows.count();
        QVERIFY(session.isTraining() && !session.showsTraining() && !session.isControlled());
        QCOMPARE(session.run().ticks(), 50);
        QVERIFY(session.trainingRun()->folder() == trained);
        QVERIFY(aside.wait(60'000));
        QCOMPARE(rows.count(), drawn); // what is shown has no new rows
        session.setPaused(true); // of the run that is shown: there is nothing to pause
        session.stop();
        QVERIFY(session.trainingState() == TrainerState::Training);
        session.showTraining();
        QVERIFY(session.showsTraining() && session.isControlled());
        QSignalSpy ended(&session, &RunSession::ended);
        session.stop();
        QVERIFY(ended.wait(60'000));
        QVERIFY(session.endedFolder() == trained);
        QCOMPARE(session.run().ticks(), openRun(trained)->ticks());
    }
    void aLongLogOfARunThatGoesOnIsReadWhileAnotherIsShown()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.start(configOf(60)));
        QVERIFY(ended.wait(60'000));
        const auto folder = session.run().folder();
        RunConfig longer = *readRunConfig(folder);
        longer.training.maxSteps = 100;
        QVERIFY(writeFileAtomically(folder / "config.json", jsonText(toJson(longer))));
        const auto other = createRunFolder(runs(), configOf(50));
        writeSteps(*other, 50);
        session.setLongLog(0);
        QVERIFY(session.resume(folder));
        QVERIFY(session.isReading());
        QVERIFY(session.open(*other));
        QVERIFY(ended.wait(60'000));
        QTRY_VERIFY_WITH_TIMEOUT(!session.isReading(), 60'000);
        QCOMPARE(session.run().ticks(), 50);
        QCOMPARE(openRun(folder)->steps(), 100);
    }
    void aRunThatIsLookedAtWhenItsTurnComesIsShownTraining()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        const auto folder = queueBehindAnother(session, script);
        QSignalSpy ended(&session, &RunSession::ended);
        m_go = true;
        QVERIFY(ended.wait(60'000));
        QVERIFY(session.run().folder() == folder && session.endedFolder() == folder);
        QCOMPARE(session.run().steps(), 40); // its own rows, and not those of before
    }
    void aQueuedRunThatIsGoneIsToldAndNotBegunAnew()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        const auto folder = queueBehindAnother(session, script);
        QVERIFY(std::filesystem::remove_all(folder) > 0);
        QSignalSpy ended(&session, &RunSession::ended);
        QSignalSpy failed(&session, &RunSession::failed);
        m_go = true;
        QVERIFY(ended.wait(60'000));
        QCOMPARE(failed.count(), 1);
        QVERIFY(!std::filesystem::exists(folder));
        QCOMPARE(listRuns(runs()).size(), std::size_t{1});
    }
    void whatALongLogHoldsIsNotRaisedAgain()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(session.start(configOf(20)));
        QVERIFY(ended.wait(60'000));
        const auto folder = session.run().folder();
        {
            RunLog log;
            QVERIFY(log.open(folder / "events.jsonl"));
            QVERIFY(log.append(Notice{20, Severity::Critical, "the disk is full"}));
        }
        RunAlerts alerts(&session, nullptr);
        QSignalSpy raised(&alerts, &RunAlerts::raised);
        session.setLongLog(0);
        QVERIFY(session.resume(folder, {"training.max_steps=40"}));
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, 60'000);
        QVERIFY(std::ranges::any_of(
            session.run().notices(), [](const Notice& notice) { return notice.text == "the disk is full"; }));
        QCOMPARE(raised.count(), 0);
    }
    void framesAreNeverTooCloseNorTooFar()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        for (const auto& [asked, given] : {std::pair(10, 50), std::pair(80, 80), std::pair(5000, 200)}) {
            session.setFrameMilliseconds(asked);
            QCOMPARE(session.frameMilliseconds(), given);
        }
    }
    void aStopLeavesTheQueueWaiting()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        script.beforeStep = [&](std::int64_t step) {
            if (step == 50)
                QMetaObject::invokeMethod(&session, [&] { session.stop(); });
        };
        QVERIFY(session.start(configOf(100'000'000)));
        session.enqueue(configOf(20));
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.queue()->rowCount(), 1);
        script.beforeStep = {};
        session.startQueue();
        QVERIFY(session.isTraining());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().steps(), 20);
        session.stop(); // of nothing
        session.enqueue(configOf(30)); // alone in the queue: nothing to wait for
        QVERIFY(session.isTraining());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().steps(), 30);
    }

private:
    /// A run of 20 steps that is shown, and shall go on to 40 once another is done: that waits for m_go.
    std::filesystem::path queueBehindAnother(RunSession& session, FakeEngineScript& script)
    {
        m_go = true;
        script.beforeStep = [this](std::int64_t) {
            while (!m_go)
                std::this_thread::yield();
        };
        QSignalSpy ended(&session, &RunSession::ended);
        const bool isTrained = session.start(configOf(20)) && ended.wait(60'000);
        const auto folder = session.run().folder();
        m_go = false;
        const bool isQueued = session.start(configOf(10)) && session.open(folder)
            && session.continueRun(folder, {"training.max_steps=40"});
        if (!isTrained || !isQueued || session.showsTraining())
            qFatal("the run is not queued");
        return folder;
    }
    static void writeSteps(const std::filesystem::path& folder, std::int64_t steps, bool end = true)
    {
        RunLog log;
        QVERIFY(log.open(folder / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        QVERIFY(log.append(SegmentStarted{.phase = Phase::Full}));
        for (std::int64_t i = 0; i < steps; ++i)
            QVERIFY(log.append(StepDone{.tick = i, .step = i}));
        if (end)
            QVERIFY(log.append(RunEnded{.tick = steps, .step = steps}));
    }
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_dir;
    std::atomic<bool> m_go = false;
};

QTEST_GUILESS_MAIN(RunSessionTest)
#include "run_session_test.moc"
