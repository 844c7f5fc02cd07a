// SPDX-License-Identifier: Apache-2.0
// Runs of other programs, by the scalars that they left for TensorBoard.

#include "core/record/foreign_run.h"

#include "core/base/file.h"
#include "core/evidence/comparison.h"
#include "core/evidence/overlay.h"
#include "core/files/event_file.h"
#include "tests/support/holds.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

using Scalars = std::vector<std::pair<std::string, double>>;

/// Points at steps 10, 20, …, two seconds a step.
fs::path written(const QTemporaryDir& dir, const std::vector<Scalars>& points)
{
    EventFile file(1000);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto step = static_cast<std::int64_t>(10 * (i + 1));
        file.addScalars({step, 1000 + 2 * static_cast<double>(step)}, points[i]);
    }
    const fs::path folder = fs::path(dir.path().toStdString()) / "theirs";
    fs::create_directories(folder);
    if (!writeFileAtomically(folder / "events.out.tfevents.1000.host", file.take()))
        qFatal("cannot write");
    return folder;
}

} // namespace

class ForeignRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scalarsOfATrainerBecomeARun()
    {
        QTemporaryDir dir;
        const fs::path folder = written(dir,
            {{{"train/loss", 4}, {"train/grad_norm", 2}, {"train/learning_rate", 0.5}},
                {{"train/loss", 3}, {"train/grad_norm", 1}, {"train/learning_rate", 0.25},
                    {"eval/loss", 3.5}}});
        QVERIFY(isForeignRun(folder));
        const auto run = readAnyRun(folder);
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        QVERIFY(run->isForeign());
        QCOMPARE(run->title(), std::string("theirs"));
        QCOMPARE(run->steps(), 20);
        QCOMPARE(run->columns().loss.at(0), 4.0F); // the mean of steps 1 to 10, as such programs log it
        QCOMPARE(run->columns().loss.at(9), 4.0F);
        QCOMPARE(run->columns().loss.at(10), 3.0F);
        QCOMPARE(run->columns().gradNorm.at(19), 1.0F);
        QCOMPARE(run->columns().learningRate.at(12), 0.25F);
        QCOMPARE(run->columns().seconds.at(15), 2.0F);
        QCOMPARE(run->evaluations().size(), std::size_t{1});
        QCOMPARE(run->evaluations()[0].step, 20);
        QVERIFY(run->ended()->outcome == Outcome::Completed);
        QCOMPARE(run->peakDeviceBytes(), 0); // not known
        QCOMPARE(run->tokensPerSecond(), 0.0);
    }
    void namesOfOtherTrainersAreKnown_data()
    {
        QTest::addColumn<QByteArray>("tag");
        QTest::addColumn<bool>("isEvaluation");
        for (const char* tag :
            {"loss", "train_loss", "Loss/train", "training/loss", "epoch_loss", "train_loss_step"})
            QTest::newRow(tag) << QByteArray(tag) << false;
        for (const char* tag : {"val_loss", "Loss/val", "eval_loss", "validation/loss", "Loss/validation"})
            QTest::newRow(tag) << QByteArray(tag) << true;
    }
    void namesOfOtherTrainersAreKnown()
    {
        QFETCH(QByteArray, tag);
        QFETCH(bool, isEvaluation);
        QTemporaryDir dir;
        const auto run = readForeignRun(written(dir, {{{tag.toStdString(), 4}}, {{tag.toStdString(), 3}}}));
        QVERIFY2(run.has_value(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->evaluations().empty(), !isEvaluation);
        QCOMPARE(std::isfinite(run->lastLoss()), !isEvaluation);
    }
    void whatIsNoLossIsRefusedByItsNames()
    {
        QTemporaryDir dir;
        const fs::path folder = written(dir, {{{"accuracy/top1", 0.5}}});
        const auto run = readForeignRun(folder);
        QVERIFY(!run);
        QVERIFY(holds(run.error().message, "accuracy/top1"));
        QVERIFY(!isForeignRun(folder.parent_path()));
        QVERIFY(holds(readAnyRun(folder.parent_path()).error().message, "config.json"));
    }
    void itIsComparedByItsLossesAlone()
    {
        QTemporaryDir dir;
        const auto theirs = readForeignRun(written(dir, {{{"train/loss", 4}, {"eval/loss", 4}}}));
        RunConfig config;
        config.name = "ours";
        Run ours(config, {});
        ours.apply(RunStarted{.tokensPerStep = 10});
        for (std::int64_t step = 0; step < 10; ++step)
            ours.apply(StepDone{.tick = step, .step = step, .loss = 5, .learningRate = 1, .seconds = 1});
        const std::vector<const Run*> both{&ours, &*theirs};
        QVERIFY(guessBaseline({&*theirs}) == std::nullopt);
        const Comparison comparison = compareRuns(both, 0);
        QVERIFY(comparison.rows[1].isForeign && !comparison.rows[1].last);
        QCOMPARE(comparison.rows[1].evalLoss, 4.0);
        QVERIFY(holds(comparison.warnings.front(), "theirs was trained by another program"));
        QVERIFY(configDifferences(both).empty()
            || configDifferences(both).front().values[1]
                == std::string("–")); // its config is not ours to tell
        QCOMPARE(repeatsOf(both).size(), std::size_t{2});
        QCOMPARE(lossOverlay({&*theirs}, {.unit = AxisUnit::Step}, 100).size(), std::size_t{10});
        QVERIFY(lossOverlay({&*theirs}, {.unit = AxisUnit::Tokens}, 100).empty()); // not known
        QVERIFY(memoryOverlay({&*theirs}, {.unit = AxisUnit::Step}, 100).empty());
    }
};

QTEST_GUILESS_MAIN(ForeignRunTest)
#include "foreign_run_test.moc"
