// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

using namespace mantissa;

class TrainerRecoveryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void gradientsThatAreNotFiniteEndAnFp32RunWithItsWeightsWhole()
    {
        FakeEngineScript script;
        script.notFiniteAtStep = 12;
        const Finished f = train(shortConfig(30), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Diverged);
        QCOMPARE(f.run.steps(), 12);
        QVERIFY(f.ended.message.find("step 12") != std::string::npos);
        QVERIFY(f.run.divergences().back().answer == DivergenceAnswer::Stopped);
        QCOMPARE(f.run.rollbacks(), 2);
        QCOMPARE(readJsonFile(m_folders->root() / "a/summary.json")->at("rollbacks").get<int>(), 2);
        QVERIFY(std::filesystem::exists(m_folders->root() / "a/divergence.json"));
        QVERIFY(newestCheckpoint(m_folders->root() / "a").has_value());
    }

    void whatGoesWrongOnceIsRolledBackAndTheRunEndsInTheBitsOfACalmOne()
    {
        FakeEngineScript calm;
        const Finished reference = train(shortConfig(40), m_folders->root() / "calm", calm);
        for (const std::int64_t step :
            {0, 4, 7, 12, 16, 23, 39}) // in every phase, at a checkpoint, first and last
            for (const bool torn : {false, true})
                for (const std::int64_t interval : {5, 100}) {
                    const auto folder = m_folders->root()
                        / ("at" + std::to_string(step) + (torn ? "torn" : "") + std::to_string(interval));
                    RunConfig config = shortConfig(40);
                    config.memory.snapshotInterval = interval;
                    FakeEngineScript script;
                    (torn ? script.tornAtStep : script.notFiniteAtStep) = step;
                    script.notFiniteSteps = 1;
                    const Finished f = train(config, folder, script);
                    QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
                    QCOMPARE(f.run.rollbacks(), 1);
                    QCOMPARE(f.run.divergences().front().step, step);
                    QVERIFY(f.run.divergences().front().toStep > step - interval - 1
                        && f.run.divergences().front().toStep <= step);
                    QCOMPARE(weightIn(folder), weightIn(m_folders->root() / "calm"));
                    QCOMPARE(f.run.steps(), 40);
                    QCOMPARE(f.run.evaluations().size(), reference.run.evaluations().size());
                    for (std::size_t i = 0; i < f.run.evaluations().size(); ++i)
                        QCOMPARE(f.run.evaluations()[i].loss, reference.run.evaluations()[i].loss);
                }
    }

    void withoutASnapshotARollBackGoesToTheNewestCheckpointOrEndsInWords()
    {
        FakeEngineScript calm;
        train(shortConfig(30), m_folders->root() / "calm", calm);
        RunConfig config = shortConfig(30);
        config.memory.snapshotBytes = 0;
        FakeEngineScript script;
        script.tornAtStep = 17;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(script.snapshots, 0);
        QCOMPARE(f.run.divergences().front().toStep, 14);
        QCOMPARE(weightIn(m_folders->root() / "a"), weightIn(m_folders->root() / "calm"));
        script.tornAtStep = 3;
        const Finished early = train(config, m_folders->root() / "b", script);
        QVERIFY(early.ended.outcome == Outcome::Diverged);
        QVERIFY(early.ended.message.find("neither a snapshot nor a checkpoint") != std::string::npos);
        QVERIFY(!newestCheckpoint(m_folders->root() / "b").has_value()); // torn weights are no checkpoint
    }

    void aLimitBelowOneSnapshotIsRefusedInWords()
    {
        RunConfig config = shortConfig(8);
        config.memory.snapshotBytes = 15;
        FakeEngineScript script;
        const Finished refused = train(config, m_folders->root() / "a", script);
        QVERIFY(refused.ended.message.find("memory.snapshots is 15 B") != std::string::npos);
        config.memory.snapshotBytes.reset();
        script.snapshotBytes = std::int64_t{1} << 40; // too large to be taken unasked
        const Finished f = train(config, m_folders->root() / "b", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(script.snapshots, 0);
        QVERIFY(f.run.notices().front().text.find("memory.snapshots") != std::string::npos);
    }

    void aLossThatLeavesItsTrendIsRolledBackAndThePhaseGoesOnInFp32()
    {
        RunConfig config = shortConfig(200);
        config.phases
            = {.schedule = PhaseSchedule::Fixed, .recoverySteps = 20, .segments = {{Phase::Full, 200}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Bf16});
        config.memory.snapshotInterval = 10;
        FakeEngineScript script;
        script.losesItsWayAtStep = 120;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 135)
                script.losesItsWayAtStep = -1; // what went wrong is over
        };
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        const DivergenceAnswered& answered = f.run.divergences().back();
        QVERIFY(answered.finding.signal == DivergenceSignal::Loss);
        QVERIFY(answered.answer == DivergenceAnswer::RolledBack);
        QVERIFY(answered.toStep <= 120 && answered.toStep >= 100);
        QCOMPARE(answered.fp32Until, answered.step + 20);
        const auto& segments = f.run.segments();
        QCOMPARE(segments.size(), std::size_t{3});
        QVERIFY(segments[1].start->plan.compute == Precision::Fp32);
        QCOMPARE(segments[1].ticks(), answered.fp32Until - answered.toStep);
        QVERIFY(segments[2].start->plan.compute == Precision::Bf16);
        QVERIFY(segments[2].start->reason.find("recovered") != std::string::npos);
    }

    void aKillForgetsNeitherTheRollBackNorItsRaisedFormat()
    {
        RunConfig config = shortConfig(40);
        config.training.saveInterval = 0;
        config.choices.table = PrecisionTable{}.withDefault(Precision::Bf16).withAuto(false);
        FakeEngineScript script;
        script.notFiniteAtStep = 17;
        script.notFiniteSteps = 1;
        const Finished whole = train(config, m_folders->root() / "whole", script);
        Mailbox mailbox;
        script.notFiniteSteps = 1;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 19)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        train(config, m_folders->root() / "cut", script, false, &mailbox);
        std::filesystem::remove_all(*newestCheckpoint(
            m_folders->root() / "cut")); // as if killed: what is left is the roll-back's own
        script.beforeStep = nullptr;
        const Finished rest = train(config, m_folders->root() / "cut", script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
        QCOMPARE(rest.run.rollbacks(), 1);
        QCOMPARE(rest.run.ticks(), whole.run.ticks());
        for (std::int64_t tick = 0; tick < whole.run.ticks(); ++tick)
            QVERIFY(rest.run.segmentAt(tick)->start->plan == whole.run.segmentAt(tick)->start->plan);
        QCOMPARE(weightIn(m_folders->root() / "cut"), weightIn(m_folders->root() / "whole"));
    }

    void weightsLostOnTheWayBackAreNoCheckpoint()
    {
        for (const bool inMemory : {true, false}) {
            RunConfig config = shortConfig(30);
            config.memory.snapshotBytes = inMemory ? 1024 : 0;
            FakeEngineScript script;
            script.notFiniteAtStep = 17;
            script.failPuttingBack = true;
            const auto folder = m_folders->root() / (inMemory ? "snapshot" : "checkpoint");
            const Finished f = train(config, folder, script);
            QVERIFY(f.ended.outcome == Outcome::Diverged);
            QVERIFY2(f.ended.message.find("the last checkpoint stands") != std::string::npos,
                f.ended.message.c_str());
            QVERIFY(weightIn(folder).find("null") == std::string::npos);
            script.failPuttingBack = false;
            script.notFiniteAtStep = -1;
            QVERIFY(train(config, folder, script, true).ended.outcome == Outcome::Completed);
        }
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerRecoveryTest)
#include "trainer_recovery_test.moc"
