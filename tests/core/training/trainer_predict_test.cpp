// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

class TrainerPredictTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void theEndOfARunHasAnAnnealedEstimateOfItsLastWindow()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(40);
        config.phases.maxPredictSteps = 8;
        config.phases.readoutBudget = 0;
        const Finished f = train(config, m_folders->root() / "a", script);
        QCOMPARE(f.run.annealed().size(), std::size_t{1}); // none in mid-run: the budget is nothing
        const AnnealedEstimated& last = f.run.annealed().back();
        QCOMPARE(last.step, 40);
        QCOMPARE(last.lead, 0.5); // the fake's best, found by the races before
        QVERIFY(std::abs(last.gain - 1) < 1e-9);
        QVERIFY(last.gainLow <= last.gain && last.gain <= last.gainHigh);
        QCOMPARE(last.weightsLoss, f.run.evaluations().back().loss);
        QVERIFY(last.windowSteps > 0);
        config.phases.readoutBudget = 1;
        FakeEngineScript often;
        const Finished g = train(config, m_folders->root() / "b", often);
        QVERIFY(g.run.annealed().size() > 2);
        QCOMPARE(weightIn(m_folders->root() / "a"), weightIn(m_folders->root() / "b"));
        for (const AnnealedEstimated& e : g.run.annealed())
            QVERIFY(g.run.segmentAt(e.tick)->start->phase != Phase::Predict);
    }

    void anInterruptionBeforeAnEstimateDoesNotForgetIt()
    {
        RunConfig config = shortConfig(14); // Predict once, after 11 steps
        config.phases.maxPredictSteps = 8;
        config.phases.readoutBudget = 1;
        Mailbox mailbox;
        FakeEngineScript script;
        script.inProbe = [&] {
            if (script.probes == 8)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        const Finished cut = train(config, m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(cut.ended.outcome == Outcome::Interrupted);
        QCOMPARE(cut.run.predictions().size(), std::size_t{1});
        QVERIFY(cut.run.annealed().empty());
        const Finished rest = train(config, m_folders->root() / "a", script, true);
        QVERIFY(rest.ended.outcome == Outcome::Completed);
        QCOMPARE(rest.run.annealed().front().step, 11);
    }

    void aProbeThatIsNotFiniteLeavesPredictForALongFullBlock()
    {
        FakeEngineScript script;
        script.isProbeFinite = false;
        const Finished f = train(shortConfig(20), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.divergences().front().answer == DivergenceAnswer::FullForced);
        QCOMPARE(f.run.segments()[2].ticks(), 1);
        QVERIFY(f.run.segments()[3].start->phase == Phase::Full);
        QVERIFY(f.run.notices().back().text.find("probe") != std::string::npos);
    }

    void withWeightsOnDiskPredictIsLeftOutAndSaidOnce()
    {
        FakeEngineScript script;
        const Finished f = train(diskConfig(60), m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(script.probes, 0);
        for (const Segment& segment : f.run.segments())
            QVERIFY(segment.start->phase == Phase::Warmup || segment.start->phase == Phase::Full);
        QCOMPARE(f.noticesWith("is left out: Full goes on. set precision.phases.full.weights to host"), 1);
        QVERIFY(f.run.annealed().empty());
    }

    void aScheduleThatNamesPredictGetsItsProbesAndTheSameWord()
    {
        FakeEngineScript script;
        RunConfig config = diskConfig(30);
        config.phases = {.schedule = PhaseSchedule::Fixed,
            .segments = {{Phase::Full, 10}, {Phase::Predict, 5}, {Phase::Full, 5}, {Phase::Predict, 5},
                {Phase::Full, 100}}};
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(script.probes, 10);
        QCOMPARE(f.noticesWith("are run as plain probes"), 1);
    }

    void weightsThatGoToDiskInMidRunEndPredictAndItsOldAverages()
    {
        RunConfig config = shortConfig(60);
        config.choices.execution = Execution::Layerwise;
        Mailbox mailbox;
        FakeEngineScript script;
        std::int64_t probesThen = 0;
        const PrecisionTable& before = config.choices.table;
        script.beforeStep = [&](std::int64_t step) {
            if (step != 15)
                return;
            probesThen = script.probes;
            mailbox.setTable(before.with(Phase::Full, {.weights = Tier::Disk}), before);
        };
        const Finished f = train(config, m_folders->root() / "a", script, false, &mailbox);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QVERIFY(probesThen > 0);
        QCOMPARE(script.probes, probesThen);
        QCOMPARE(f.noticesWith("is left out"), 1);
        QVERIFY(f.run.annealed().empty() || f.run.annealed().back().step < 20); // none of averages long past
    }

    void anEstimateThatFailsIsStillDueAfterResuming()
    {
        RunConfig config = shortConfig(14); // Predict once, after 11 steps
        config.phases.maxPredictSteps = 8;
        config.phases.readoutBudget = 1;
        FakeEngineScript script;
        script.failReadoutEvaluation = true;
        QVERIFY(train(config, m_folders->root() / "a", script).ended.outcome == Outcome::Failed);
        script.failReadoutEvaluation = false;
        const Finished rest = train(config, m_folders->root() / "a", script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
        QCOMPARE(rest.run.annealed().front().step, 11);
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerPredictTest)
#include "trainer_predict_test.moc"
