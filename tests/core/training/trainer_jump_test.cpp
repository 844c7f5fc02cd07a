// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

class TrainerJumpTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void jumpsThatAreAllRejectedLeaveTheRunAsItWas()
    {
        FakeEngineScript plain;
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Off;
        const Finished a = train(config, m_folders->root() / "plain", plain);
        config.phases.jump = JumpChoice::Reject;
        FakeEngineScript script;
        script.fallsByUpdates = plain.fallsByUpdates;
        const Finished b = train(config, m_folders->root() / "rejected", script);
        QVERIFY(b.ended.outcome == Outcome::Completed);
        QVERIFY(script.jumps >= 3);
        QCOMPARE(static_cast<std::int64_t>(b.run.jumps().size()), script.jumps);
        QCOMPARE(b.run.jumpsMade().size(), b.run.jumps().size());
        for (const JumpJudged& jump : b.run.jumps()) {
            QVERIFY(jump.verdict == JumpVerdict::Rejected);
            QCOMPARE(jump.toStep, jump.fromStep);
            QCOMPARE(jump.step, jump.fromStep + 16); // K
        }
        QCOMPARE(b.run.steps(), 400);
        QVERIFY(b.run.ticks() >= a.run.ticks() + 16 * script.jumps); // the time was spent
        QCOMPARE(weightIn(m_folders->root() / "rejected"), weightIn(m_folders->root() / "plain"));
        QCOMPARE(b.run.evaluations().back().loss, a.run.evaluations().back().loss);
        QCOMPARE(b.run.evaluations().size(), a.run.evaluations().size());
        // the phases that count are those of the plain run
        std::string phases[2];
        for (const auto& [run, text] : {std::pair{&a.run, &phases[0]}, std::pair{&b.run, &phases[1]}})
            for (const PredictJudged& judged : run->predictions())
                *text += std::to_string(judged.step) + " ";
        QCOMPARE(phases[1], phases[0]);
    }

    void aJumpThatLeadsIsKeptAndOneThatDoesNotIsTakenBack()
    {
        for (const double worth : {60.0, 0.0, -30.0}) {
            FakeEngineScript script;
            script.fallsByUpdates = true;
            script.jumpIsWorth = worth;
            script.stepSeconds = 1; // beside which what the test itself takes is nothing
            const auto folder = m_folders->root() / std::to_string(worth);
            const Finished f = train(jumpConfig(4000), folder, script);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(f.run.steps(), 4000);
            QVERIFY(!f.run.jumps().empty());
            const JumpJudged& first = f.run.jumps().front();
            QVERIFY(std::abs(first.leadSteps - worth) < 3);
            QVERIFY((first.verdict == JumpVerdict::Accepted) == (worth > 0));
            if (worth > 0) {
                QVERIFY(f.run.jumpsMade().back().lead == 2); // after two successes
                continue;
            }
            QVERIFY(script.jumps <= 2); // two failures close it
            QCOMPARE(f.run.jumpsMade().back().lead, script.jumps == 2 ? 0.5 : 1.0);
            double wasted = 0;
            for (const JumpJudged& jump : f.run.jumps())
                wasted += static_cast<double>(jump.step - jump.fromStep) + jump.costSteps;
            QVERIFY2(wasted <= 0.02 * 4000, qPrintable(QString::number(wasted)));
        }
    }

    void aTrialThatTakesLongerThanExpectedIsCutOffAtTwoPercent()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsWorth = 60;
        script.stepSeconds = 1;
        std::int64_t steps = 0;
        script.beforeStep = [&](std::int64_t) {
            script.stepSeconds
                = script.jumps == 1 && ++steps <= 16 ? 30 : 1; // while the first jump is on trial
        };
        const Finished f = train(jumpConfig(4000), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        const JumpJudged& first = f.run.jumps().front();
        QVERIFY(first.verdict == JumpVerdict::Rejected);
        QVERIFY2(first.text.find("2 % of the run's time are spent") != std::string::npos, first.text.c_str());
        QVERIFY2(first.step < first.fromStep + 15, "before its check");
        double spent = 0;
        for (const JumpJudged& jump : f.run.jumps())
            spent += jump.verdict == JumpVerdict::Rejected ? jump.trialSeconds : jump.costSteps;
        QVERIFY2(spent <= 0.02 * f.run.columns().seconds.over(0, f.run.ticks()).sum + 30,
            qPrintable(QString::number(spent))); // and the one step that was under way
    }

    void aJumpIntoNonsenseIsTakenBackAtOnce()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsNotFinite = true;
        const Finished f = train(jumpConfig(3000), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(!f.run.jumps().empty());
        QCOMPARE(f.run.jumps().front().step, f.run.jumps().front().fromStep);
        QCOMPARE(f.run.rollbacks(), 0); // it is no divergence
        QVERIFY(weightIn(m_folders->root() / "a").find("null") == std::string::npos);
    }

    void withoutADirectionOrALowRateNothingJumpsAndTheReasonIsToldOnce()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.cosine = 0.5;
        const Finished f = train(jumpConfig(3000), m_folders->root() / "a", script);
        QCOMPARE(script.jumps, 0);
        const auto told = std::count_if(f.run.notices().begin(), f.run.notices().end(),
            [](const Notice& n) { return n.text.find("cosine 0.50") != std::string::npos; });
        QVERIFY(told >= 1 && told <= 2);
    }

    void aRunStoppedInATrialKeepsTheWeightsBeforeTheJump()
    {
        FakeEngineScript plain;
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (script.jumps == 2 && step % 3 == 0)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Reject;
        const Finished cut = train(config, m_folders->root() / "cut", script, false, &mailbox);
        QVERIFY(cut.ended.outcome == Outcome::Interrupted);
        QVERIFY(cut.run.jumps().back().text.find("to stop") != std::string::npos);
        QCOMPARE(cut.run.steps(), cut.run.jumps().back().toStep);
        script.beforeStep = nullptr;
        QVERIFY(train(config, m_folders->root() / "cut", script, true).ended.outcome == Outcome::Completed);
        config.phases.jump = JumpChoice::Off;
        train(config, m_folders->root() / "plain", plain);
        QCOMPARE(weightIn(m_folders->root() / "cut"), weightIn(m_folders->root() / "plain"));
    }

    void outOfMemoryInAProbeOfAJumpIsAskedAgain()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsWorth = 60;
        script.stepSeconds = 1;
        script.failingJumpProbes = 1;
        const Finished f = train(jumpConfig(3000), m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(f.noticesWith("trying once more"), 1);
        QVERIFY(!f.run.jumps().empty());
        QCOMPARE(f.run.jumpsMade().size(), f.run.jumps().size());
    }

    void aJumpThatRunsOutOfMemoryHalfwayIsTakenBackAndTheRunGoesOn()
    {
        FakeEngineScript plain;
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Off;
        train(config, m_folders->root() / "plain", plain);
        config.phases.jump = JumpChoice::Reject;
        FakeEngineScript script;
        script.failingJumps = 1;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(f.noticesWith("no jump: out of memory"), 1);
        QCOMPARE(static_cast<std::int64_t>(f.run.jumpsMade().size()), script.jumps - 1);
        QCOMPARE(f.run.jumps().size(), f.run.jumpsMade().size());
        QCOMPARE(weightIn(m_folders->root() / "a"), weightIn(m_folders->root() / "plain"));
    }

    void aJumpThatCannotBeTakenBackIsInNoCheckpoint()
    {
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Reject;
        FakeEngineScript script;
        script.failPuttingBack = true;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QVERIFY2(
            f.ended.message.find("the last checkpoint stands") != std::string::npos, f.ended.message.c_str());
        QVERIFY(!newestCheckpoint(m_folders->root() / "a"));
    }

    void whereStatesOnDiskAreTheCheckpointNothingJumps()
    {
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Reject;
        config.choices.execution = Execution::Layerwise;
        config.choices.releaseGradients = true;
        config.choices.table
            = config.choices.table.with(Phase::Correct, {.weights = Tier::Disk, .moments = Tier::Disk});
        FakeEngineScript script;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(script.jumps, 0);
        QVERIFY(f.noticesWith("a jump without a verdict") > 0);
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerJumpTest)
#include "trainer_jump_test.moc"
