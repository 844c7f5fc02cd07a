// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "ui/models/run_queue_model.h"
#include "ui/run_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace mantissa;
using namespace mantissa::ui;

namespace {

RunConfig shortConfig(std::int64_t steps)
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
        QVERIFY(session.start(shortConfig(500)));
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
        QVERIFY(session.start(shortConfig(20)));
        const PrecisionTable edited = PrecisionTable{}.with(Phase::Warmup, {.compute = Precision::Bf16});
        session.setTable(edited, PrecisionTable{});
        QVERIFY(session.run().table() == PrecisionTable{});
        go = true;
        QVERIFY(changed.count() > 0 || changed.wait(60'000));
        QVERIFY(session.run().table() == edited);
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
        QVERIFY(session.start(shortConfig(100'000'000)));
        QVERIFY(ended.wait(60'000));
        QVERIFY(session.run().ended()->outcome == Outcome::Stopped);
        QVERIFY(!session.isTraining());
    }
    void theQueuedBaselineIsTrainedNextAndTheRunIsShownAgain()
    {
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy ended(&session, &RunSession::ended);
        RunConfig config = shortConfig(20);
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
        QVERIFY(session.start(shortConfig(5)));
        QVERIFY(failed.wait(60'000));
        QCOMPARE(failed.first().first().toString(), QStringLiteral("no engine here"));
        QVERIFY(!session.isTraining());
    }
    void aRunOfAnotherProcessIsFollowed()
    {
        const auto folder = createRunFolder(runs(), shortConfig(50));
        auto lock = std::make_optional(RunLock::take(*folder));
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs());
        QSignalSpy rows(&session, &RunSession::rowsAppended);
        QVERIFY(session.open(*folder));
        QVERIFY(session.isFollowing());
        QCOMPARE(rows.count(), 1); // what was there already
        QVERIFY(log.append(StepDone{.tick = 0}));
        QVERIFY(rows.wait(60'000));
        QCOMPARE(session.run().ticks(), 1);
    }
    void aLogThatGrowsWithoutALockIsFollowedUntilItRests()
    {
        const auto folder = createRunFolder(runs(), shortConfig(50)); // as written by another host
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
        const auto folder = createRunFolder(runs(), shortConfig(50));
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
        QVERIFY(session.start(shortConfig(400)));
        for (const std::int64_t seed : {1, 2, 3}) {
            RunConfig config = shortConfig(20);
            config.training.seed = seed;
            session.enqueue(config);
        }
        const QAbstractItemModelTester tester(session.queue());
        QVERIFY(session.queue()->move(2, -1)); // 1, 3, 2
        QVERIFY(!session.queue()->move(0, -1));
        session.queue()->remove(0);
        QSignalSpy ended(&session, &RunSession::ended);
        QVERIFY(ended.wait(60'000));
        QCOMPARE(seeds, (std::vector<std::int64_t>{shortConfig(1).training.seed, 3, 2}));
        QVERIFY(session.queue()->isEmpty());
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
        QVERIFY(session.start(shortConfig(100'000'000)));
        session.enqueue(shortConfig(20));
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.queue()->rowCount(), 1);
        script.beforeStep = {};
        session.startQueue();
        QVERIFY(session.isTraining());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().steps(), 20);
        session.stop(); // of nothing
        session.enqueue(shortConfig(30)); // alone in the queue: nothing to wait for
        QVERIFY(session.isTraining());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(session.run().steps(), 30);
    }

private:
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(RunSessionTest)
#include "run_session_test.moc"
