// SPDX-License-Identifier: Apache-2.0
// How long a run is: by epochs, and where it ends early. What of it is kept.

#include "core/record/best_evaluation.h"
#include "core/record/run_length.h"
#include "core/record/saved_weights.h"
#include "core/training/resume.h"
#include "tests/support/holds.h"
#include "tests/support/training_run.h"

#include <QTest>

using namespace mantissa;

namespace {

/// What a run of `steps` reads that has 90 samples to learn from, of 10 tokens each.
DataRead ninetySamples()
{
    return {.files = 1, .bytes = 900, .sha256 = "aa", .trainingSamples = 90, .trainingTokens = 900};
}

RunConfig rowsConfig(double epochs)
{
    RunConfig config = shortConfig(2000);
    config.data.source = "/rows.jsonl";
    config.training.batchSize = 2;
    config.training.accumulation = 2;
    config.training.epochs = epochs;
    return config;
}

} // namespace

class EarlyStopTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void epochsAreStepsOnceTheSamplesAreCounted_data()
    {
        QTest::addColumn<double>("epochs");
        QTest::addColumn<qint64>("samples");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<qint64>("done");
        QTest::addColumn<qint64>("last");
        QTest::newRow("not asked for") << 0.0 << qint64{90} << qint64{0} << qint64{0} << qint64{2000};
        QTest::newRow("not counted yet") << 2.0 << qint64{0} << qint64{0} << qint64{0} << qint64{2000};
        QTest::newRow("whole steps") << 2.0 << qint64{90} << qint64{0} << qint64{0} << qint64{45};
        QTest::newRow("a step that is not full") << 1.0 << qint64{90} << qint64{0} << qint64{0} << qint64{23};
        QTest::newRow("part of an epoch") << 0.5 << qint64{90} << qint64{0} << qint64{0} << qint64{12};
        QTest::newRow("with larger batches before")
            << 2.0 << qint64{90} << qint64{10} << qint64{100} << qint64{30};
        QTest::newRow("all done") << 1.0 << qint64{90} << qint64{23} << qint64{92} << qint64{23};
    }
    void epochsAreStepsOnceTheSamplesAreCounted()
    {
        QFETCH(double, epochs);
        QFETCH(qint64, samples);
        QFETCH(qint64, step);
        QFETCH(qint64, done);
        QFETCH(qint64, last);
        QCOMPARE(lastStepOf(rowsConfig(epochs).training, samples, step, done), last);
    }

    void aRunOfEpochsEndsWithThem()
    {
        FakeEngineScript script{.data = ninetySamples(), .tokensPerStep = 40};
        const auto folder = m_folders->root() / "run";
        const Finished run = train(rowsConfig(1), folder, script);
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QCOMPARE(run.run.steps(), 23);
        QCOMPARE(run.run.started()->lastStep, 23);
        QCOMPARE(readRunConfig(folder)->training.maxSteps, 23);
        QCOMPARE(readRunConfig(folder)->training.epochs, 1.0);
        QCOMPARE(run.noticesWith("1 epochs of 90 samples"), 1);
        // one more
        const auto setup = planResume(folder, {"training.epochs=2"});
        QVERIFY2(setup.has_value(), setup ? "" : setup.error().message.c_str());
        QCOMPARE(
            setup->config.training.maxSteps, 45); // the last step of the first epoch took two of the second
        const Finished more = train(setup->config, folder, script, true);
        QCOMPARE(more.run.steps(), 45);
        // as many steps as one likes: then the epochs do not count
        const auto steps = planResume(folder, {"training.max_steps=50"});
        QVERIFY2(steps.has_value(), steps ? "" : steps.error().message.c_str());
        QCOMPARE(steps->config.training.epochs, 0.0);
        QCOMPARE(steps->config.training.maxSteps, 50);
    }

    void patienceIsCountedInEvaluations()
    {
        RunConfig config = shortConfig(200);
        config.training.earlyStop.patience = 3;
        FakeEngineScript script{.evaluationLosses = {5, 4, 3, 3.5, 2, 2, 2.5, 9, 1}};
        const Finished run = train(config, m_folders->root() / "run", script);
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QCOMPARE(run.run.steps(), 70); // evaluated at 0, 10, …: best at 40
        QVERIFY(
            holds(run.ended.message, "has not fallen in 3 evaluations, and was lowest at step 40 (2.0000)"));
        QVERIFY(hasLastCheckpoint(m_folders->root() / "run", 70));
        // a resume goes on up to the next evaluation and stops there again
        FakeEngineScript later{.evaluationLosses = {3}};
        const Finished more = train(config, m_folders->root() / "run", later, true);
        QCOMPARE(more.run.steps(), 80);
        // which one that is lower puts off
        FakeEngineScript better{.evaluationLosses = {1, 2, 2, 2, 0}};
        const Finished lower = train(config, m_folders->root() / "run", better, true);
        QCOMPARE(lower.run.steps(), 120);
    }

    void timeAndSpikesEndARunToo()
    {
        RunConfig config = shortConfig(100);
        config.training.earlyStop.minutes = 1e-9;
        FakeEngineScript script;
        const Finished timed = train(config, m_folders->root() / "timed", script);
        QVERIFY(timed.ended.outcome == Outcome::Completed);
        QCOMPARE(timed.run.steps(), 1);
        QVERIFY(holds(timed.ended.message, "minutes are over"));
        config.training.earlyStop = {.atSpike = true};
        FakeEngineScript spike{.notFiniteAtStep = 30};
        const Finished spiked = train(config, m_folders->root() / "spiked", spike);
        QVERIFY(spiked.ended.outcome == Outcome::Completed);
        QVERIFY(spiked.run.steps() < 30);
        QVERIFY(holds(spiked.ended.message, "the weights are those of step"));
        QCOMPARE(spiked.run.rollbacks(), 1);
    }

    void theBestCheckpointStaysBesideTheNewest()
    {
        RunConfig config = shortConfig(60);
        config.training.keepBest = true;
        config.training.keepCheckpoints = 1;
        FakeEngineScript script{.evaluationLosses = {9, 8, 5, 6, 7, 5.5, 6}};
        const auto folder = m_folders->root() / "run";
        const Finished run = train(config, folder, script);
        QCOMPARE(bestEvaluation(run.run)->step, 20);
        const auto best = bestCheckpoint(run.run);
        QVERIFY(best && best->step == 20);
        QCOMPARE(newestCheckpoint(folder)->filename().string(), checkpointName(60));
        QCOMPARE(savedWeightsAt(folder, "best")->checkpoint, best->folder);
        QCOMPARE(savedWeightsAt(folder)->checkpoint.filename().string(), checkpointName(60));
        QCOMPARE(savedWeightsAt(folder, "20")->checkpoint, best->folder);
        QVERIFY(holds(savedWeightsAt(folder, "21").error().message, "no checkpoint of step 21"));
        QVERIFY(holds(savedWeightsAt(folder, "last").error().message, "newest, best or a step"));
        QVERIFY(
            writeFileAtomically(best->folder / "model.safetensors", "").has_value()); // the fake saves none
        QVERIFY(holds(savedWeightsAt(best->folder, "best").error().message, "is one checkpoint"));
    }

    void withoutBeingAskedNoCheckpointIsWrittenForIt()
    {
        RunConfig config = shortConfig(60);
        config.training.saveInterval = 0;
        FakeEngineScript script{.evaluationLosses = {9, 8, 5, 6, 7, 5.5, 6}};
        const Finished run = train(config, m_folders->root() / "run", script);
        QCOMPARE(run.run.checkpoints().size(), std::size_t{1});
    }

private:
    std::unique_ptr<RunFolders> m_folders{};
};

QTEST_GUILESS_MAIN(EarlyStopTest)
#include "early_stop_test.moc"
