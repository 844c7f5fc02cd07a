// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

using namespace mantissa;

class TrainerBudgetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    /// Full with moments on Device, Predict with moments on Host.
    static RunConfig offloadConfig()
    {
        RunConfig config = shortConfig(60);
        config.phases.confidenceThreshold = 0;
        config.choices.table = config.choices.table.with(Phase::Predict, {.moments = Tier::Host});
        return config;
    }

    void whatIsLargerThanTheMachineIsNotBegun()
    {
        RunConfig config = shortConfig(20);
        config.model = {.layers = 100, .width = 65536, .heads = 512};
        FakeEngineScript script;
        const Finished refused = train(config, m_folders->root() / "a", script);
        QVERIFY(refused.ended.message.find("this is larger than the machine: about") != std::string::npos);
        QCOMPARE(script.enters, 0);
        QVERIFY(refused.run.ended()->outcome == Outcome::OutOfMemory); // and its log says why
        config.memory.allowOvercommit = true;
        QVERIFY(train(config, m_folders->root() / "b", script).ended.outcome == Outcome::Completed);
    }

    void movesThatDoNotPayAreLeftOutAfterOneBlockMeasuredThem()
    {
        FakeEngineScript script;
        script.moveSeconds = 1; // a probe takes a millisecond
        const Finished f = train(offloadConfig(), m_folders->root() / "a", script);
        QCOMPARE(script.moves, 2); // there and back, once
        std::vector<Tier> moments;
        for (const Segment& segment : f.run.segments())
            if (segment.start->phase == Phase::Predict)
                moments.push_back(segment.start->plan.moments);
        QVERIFY(moments.size() > 2);
        QVERIFY(moments[0] == Tier::Host && moments[1] == Tier::Device && moments.back() == Tier::Device);
        QVERIFY(f.run.segments()[2].start->plan.compute == Precision::Bf16
            && f.run.segments().back().ticks() > 0);
        const auto told = std::count_if(f.run.notices().begin(), f.run.notices().end(),
            [](const Notice& notice) { return notice.text.starts_with("Predict leaves optimizer state"); });
        QCOMPARE(told, 1);
    }

    void movesThatPayAreMadeEachTime()
    {
        FakeEngineScript script;
        script.moveSeconds = 1e-5;
        const Finished f = train(offloadConfig(), m_folders->root() / "a", script);
        for (const Segment& segment : f.run.segments())
            QVERIFY(segment.start->phase != Phase::Predict || segment.start->plan.moments == Tier::Host);
        QVERIFY(script.moves > 4);
    }

    void outOfMemoryIsTriedAgainThenTakesARungAndTheWeightsStayTheSame()
    {
        FakeEngineScript calm;
        train(shortConfig(30), m_folders->root() / "calm", calm);
        for (const std::int64_t refusals : {1, 2, 5}) {
            const auto folder = m_folders->root() / ("refused" + std::to_string(refusals));
            FakeEngineScript script;
            script.failStepOutOfMemory = 9;
            script.failingSteps = refusals;
            const Finished f = train(shortConfig(30), folder, script);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(weightIn(folder), weightIn(m_folders->root() / "calm"));
            std::int64_t rungs = 0;
            for (const Segment& segment : f.run.segments())
                rungs += segment.start->reason.starts_with("out of memory") ? 1 : 0;
            QCOMPARE(rungs, refusals / 2);
            QCOMPARE(f.run.table() == shortConfig(30).choices.table, refusals < 2);
        }
    }

    void withoutFitNoRungIsTaken()
    {
        FakeEngineScript script;
        script.failStepOutOfMemory = 9;
        script.failingSteps = 2;
        RunConfig config = shortConfig(30);
        config.choices.fit = Fit::Off;
        QVERIFY(train(config, m_folders->root() / "a", script).ended.outcome == Outcome::OutOfMemory);
    }

    void outOfMemoryOnEveryRungEndsWithACheckpointAndItsOwnOutcome()
    {
        FakeEngineScript script;
        script.failEnterOutOfMemory = 2;
        script.failingEnters = 1000;
        const Finished f = train(shortConfig(30), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::OutOfMemory);
        QVERIFY(newestCheckpoint(m_folders->root() / "a").has_value());
        QVERIFY(std::filesystem::exists(m_folders->root() / "a/summary.json"));
    }

    void aBudgetIsFittedBeforeTheFirstStepOrRefusedInWords()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(8);
        const std::int64_t needed = estimateMemory(config.estimateInput()).peakDeviceBytes();
        config.memory.budgetBytes = needed * 8 / 10;
        const Finished f = train(config, m_folders->root() / "fits", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QVERIFY(f.run.segments().front().start->plan.activations == ActivationPolicy::Recompute);
        QVERIFY(f.run.notices().front().text.find("The same bits") != std::string::npos);
        config.memory.budgetBytes = 1000;
        const Finished refused = train(config, m_folders->root() / "refused", script);
        QVERIFY(refused.ended.message.find("smallest exact way") != std::string::npos);
        const Finished again = train(config, m_folders->root() / "refused", script, true);
        QCOMPARE(again.ended.message, refused.ended.message); // a run that never began is fitted again
        config.memory.budgetBytes = needed * 8 / 10;
        QVERIFY(createRunFolderAt(m_folders->root() / "killed", config).has_value());
        const Finished begun = train(config, m_folders->root() / "killed", script, true);
        QVERIFY(begun.run.segments().front().start->plan == f.run.segments().front().start->plan);
    }

    void outOfMemoryInAnEvaluationOrACheckpointIsAskedAgain()
    {
        FakeEngineScript evaluating;
        evaluating.failingEvaluations = 1;
        FakeEngineScript saving;
        saving.failingSaves = 3; // the third after one rung
        for (FakeEngineScript* script : {&evaluating, &saving}) {
            const auto folder = m_folders->root() / (script == &saving ? "saving" : "evaluating");
            const Finished f = train(shortConfig(8), folder, *script);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QVERIFY(f.noticesWith("trying once more") > 0);
            QCOMPARE(f.noticesWith("no checkpoint was written"), 0);
        }
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerBudgetTest)
#include "trainer_budget_test.moc"
