// SPDX-License-Identifier: Apache-2.0
// A run is judged by what was in force at each of its steps, not by the config it ended with.

#include "core/evidence/comparison.h"
#include "core/record/plans_that_ran.h"
#include "core/record/settings_history.h"
#include "core/record/tick_axis.h"

#include <QTest>

using namespace mantissa;

namespace {

/// Fed with events, as an opened folder is.
class Made {
public:
    explicit Made(RunConfig config, std::int64_t perStep = 10)
        : m_run(std::move(config), {})
    {
        start(perStep);
        enter(Precision::Fp32);
    }
    Made& start(std::int64_t perStep)
    {
        m_run.apply(RunStarted{.tick = m_tick, .step = m_step, .tokensPerStep = perStep, .lastStep = 100});
        return *this;
    }
    Made& enter(Precision compute)
    {
        m_run.apply(SegmentStarted{.tick = m_tick,
            .step = m_step,
            .phase = Phase::Full,
            .plan = {.compute = compute, .gradients = compute}});
        return *this;
    }
    Made& set(const std::string& key, const std::string& from, const std::string& to)
    {
        m_run.apply(SettingChanged{m_tick, m_step, key, from, to});
        return *this;
    }
    Made& steps(int count, double seconds = 1)
    {
        for (int i = 0; i < count; ++i)
            m_run.apply(StepDone{
                .tick = m_tick++, .step = m_step++, .loss = 1, .learningRate = 1, .seconds = seconds});
        return *this;
    }
    /// Another process goes on from an earlier step.
    Made& backTo(std::int64_t step, std::int64_t perStep)
    {
        m_step = m_tick = step;
        return start(perStep);
    }
    const Run& run() const { return m_run; }

private:
    Run m_run;
    std::int64_t m_tick = 0;
    std::int64_t m_step = 0;
};

RunConfig plain()
{
    RunConfig config;
    config.choices = findPreset("conservative")->choices;
    return config;
}

} // namespace

class SettingsHistoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tokensAreWhatEachStepTrainedOn()
    {
        Made made(plain(), 64);
        made.steps(10).start(128).steps(10);
        QCOMPARE(made.run().trainedTokens(), 10 * 64 + 10 * 128);
        QCOMPARE(axisValueAt(made.run(), AxisUnit::Tokens, 20), 1920.0);
        QCOMPARE(axisValueAt(made.run(), AxisUnit::Tokens, 5), 320.0);
        QCOMPARE(tickOfAxisValue(made.run(), AxisUnit::Tokens, 640 + 128), 11.0);
    }
    void stepsThatAResumeMadeVoidDoNotCount()
    {
        Made made(plain(), 64);
        made.steps(10).start(128).steps(10).backTo(5, 32).steps(2);
        QCOMPARE(made.run().trainedTokens(), 5 * 64 + 2 * 32);
    }
    void aRollBackBehindTheChangeKeepsTheNewBatch()
    {
        Made made(plain(), 64);
        made.steps(10).start(128).steps(5);
        Run run = made.run();
        run.apply(
            DivergenceAnswered{.tick = 15, .step = 15, .answer = DivergenceAnswer::RolledBack, .toStep = 8});
        QCOMPARE(run.trainedTokens(), 8 * 64);
        for (std::int64_t i = 0; i < 4; ++i)
            run.apply(StepDone{.tick = 15 + i, .step = 8 + i, .learningRate = 1, .seconds = 1});
        QCOMPARE(run.trainedTokens(), 8 * 64 + 4 * 128);
    }
    void speedIsThatOfTheBatchesThatRan()
    {
        Made made(plain(), 64);
        made.steps(10, 1).start(128).steps(10, 2); // the same tokens a second
        QCOMPARE(made.run().tokensPerSecond(), 64.0);
    }

    void theConfigOfEachStretchIsFoundAgain()
    {
        RunConfig last = plain(); // config.json, as a resume has written it
        last.optimizer.learningRate = 3e-3;
        last.training.batchSize = 4;
        Made made(last);
        made.steps(10).set("optimizer.learning_rate", "0.001", "0.002").steps(10);
        made.set("optimizer.learning_rate", "0.002", "0.003").set("training.batch_size", "12", "4").steps(5);
        const auto stretches = configsThatRan(made.run());
        QCOMPARE(stretches.size(), 3U);
        QCOMPARE(stretches[0].config.optimizer.learningRate, 0.001);
        QCOMPARE(stretches[0].config.training.batchSize, 12);
        QCOMPARE(stretches[1].step, 10);
        QCOMPARE(stretches[1].config.optimizer.learningRate, 0.002);
        QCOMPARE(stretches[2].config.training.batchSize, 4);
        QVERIFY(stretches[2].config == last);
        QVERIFY(made.run().config() == last);
    }
    void aValueThatComesBackInTheSameRowHasNotChanged()
    {
        Made made(plain());
        made.steps(3).set("training.threads", "0", "1").set("training.threads", "1", "0");
        QVERIFY(made.run().settingChanges().empty());
        made.set("training.threads", "0", "1").set("training.threads", "1", "2");
        QCOMPARE(made.run().settingChanges().size(), 1U);
        QCOMPARE(made.run().settingChanges()[0].from, std::string("0"));
        QCOMPARE(made.run().settingChanges()[0].to, std::string("2"));
    }
    void aChangeThatAResumeMadeVoidIsGone()
    {
        Made made(plain());
        made.steps(10).set("precision.enabled", "true", "false").steps(3).backTo(5, 10);
        QVERIFY(made.run().settingChanges().empty());
    }

    void comparabilityGoesStepByStep_data()
    {
        QTest::addColumn<int>("stepsBefore"); // of run a, whose learning rate then doubles
        QTest::addColumn<int>("stepsOfOther");
        QTest::addColumn<QString>("why");
        QTest::newRow("from step 20 on") << 20 << 40 << QStringLiteral("from step 20 on");
        QTest::newRow("the other ends before") << 20 << 20 << QString();
        QTest::newRow("from the start") << 0 << 40 << QStringLiteral("optimizer.learning_rate");
    }
    void comparabilityGoesStepByStep()
    {
        QFETCH(int, stepsBefore);
        QFETCH(int, stepsOfOther);
        QFETCH(QString, why);
        Made a(plain());
        a.steps(stepsBefore).set("optimizer.learning_rate", "0.001", "0.002").steps(20);
        Made b(plain());
        b.steps(stepsOfOther);
        const std::string there = whyNotComparable(a.run(), b.run());
        const std::string back = whyNotComparable(b.run(), a.run());
        QCOMPARE(there.empty(), why.isEmpty());
        QCOMPARE(back.empty(), why.isEmpty());
        QVERIFY2(QString::fromStdString(there).contains(why), there.c_str());
    }
    void runsThatChangedAlikeAreComparable()
    {
        Made a(plain());
        Made b(plain());
        for (Made* made : {&a, &b})
            made->steps(20).set("training.batch_size", "12", "24").steps(20);
        QCOMPARE(whyNotComparable(a.run(), b.run()), std::string());
    }
    void precisionAndMemoryDoNotStandInTheWay()
    {
        Made a(plain());
        a.steps(20)
            .set("precision.phases.full.compute", "\"fp32\"", "\"bf16\"")
            .set("memory.loss_chunk", "0", "64")
            .steps(9);
        Made b(plain());
        b.steps(40);
        QCOMPARE(whyNotComparable(a.run(), b.run()), std::string());
        QVERIFY(otherRounding(a.run(), b.run()).find("loss_chunk") != std::string::npos);
    }

    void aBaselineIsFp32AllAlong()
    {
        QCOMPARE(whyNoBaseline(Made(plain()).steps(9).run()), std::string());
        Made resumed(plain()); // BF16 first, then "enabled=false"
        resumed.enter(Precision::Bf16).steps(5).enter(Precision::Fp32).steps(20);
        QVERIFY(whyNoBaseline(resumed.run()).find("bf16 from step 0") != std::string::npos);
        Made moments(plain());
        moments.steps(5).set("optimizer.moments", "\"fp32\"", "\"int8\"").steps(5);
        QVERIFY(whyNoBaseline(moments.run()).find("int8") != std::string::npos);
        Made master(plain());
        master.set("precision.master", "\"stochastic\"", "\"exact\"").steps(5);
        QCOMPARE(whyNoBaseline(master.run()), std::string()); // before the first step
        Made late(plain());
        late.steps(5).set("precision.master", "\"stochastic\"", "\"exact\"").steps(5);
        QVERIFY(whyNoBaseline(late.run()).find("stochastic") != std::string::npos);
    }
    void theWidthIsThatOfTheTicks()
    {
        Made made(plain());
        made.steps(10).enter(Precision::Bf16).steps(30);
        QCOMPARE(timeAveragedWidth(made.run()), (10 * 1.0 + 30 * 0.5) / 40);
    }
    void aComparisonSaysWhy()
    {
        Made a(plain());
        a.steps(20).set("training.batch_size", "12", "24").steps(20);
        Made b(plain());
        b.steps(40);
        const Comparison comparison = compareRuns({&a.run(), &b.run()}, 1);
        QVERIFY(!comparison.rows[0].last);
        QVERIFY(std::ranges::any_of(comparison.warnings, [](const std::string& warning) {
            return warning.find("training.batch_size is 24") != std::string::npos
                && warning.find("from step 20 on") != std::string::npos;
        }));
    }
};

QTEST_APPLESS_MAIN(SettingsHistoryTest)
#include "settings_history_test.moc"
