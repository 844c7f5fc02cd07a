// SPDX-License-Identifier: Apache-2.0
#include "core/output/tensorboard.h"

#include "core/base/file.h"
#include "core/record/run_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

std::vector<RunEvent> someEvents()
{
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = 4096;
    memory.deviceReservedPeak = 8192;
    return {RunStarted{.unixSeconds = 1000}, SegmentStarted{.phase = Phase::Full, .castSeconds = 0.5},
        StepDone{.loss = 3, .gradNorm = 1, .learningRate = 0.5, .seconds = 2, .memory = memory},
        StepDone{.tick = 1, .step = 1, .loss = NAN, .seconds = 1, .skipped = true},
        Evaluated{.tick = 2, .step = 2, .trainedTokens = 64, .loss = 2.5, .accuracy = NAN, .seconds = 4},
        AnnealedEstimated{.tick = 2, .step = 2, .loss = 2.25},
        CardMeasured{.tick = 2, .reading = {.celsius = 61}}};
}

EventScalars scalarsOf(const std::vector<RunEvent>& events)
{
    RunEventFile file({}, 1000);
    for (const RunEvent& event : events)
        file.add(event);
    QTemporaryDir dir;
    const fs::path place = fs::path(dir.path().toStdString()) / "e.tfevents";
    if (!writeFileAtomically(place, file.take()))
        qFatal("cannot write");
    return *readEventScalars(place);
}

} // namespace

class TensorboardTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsAndEvaluationsBecomeScalarsByUpdatesDone()
    {
        const EventScalars read = scalarsOf(someEvents());
        QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{2});
        QCOMPARE(read.byTag.at("train/loss")[0],
            (EventPoint{1, 1002.5, 3})); // when the step was done, after the casts
        QVERIFY(std::isnan(read.byTag.at("train/loss")[1].value));
        QCOMPARE(read.byTag.at("train/learning_rate")[0].value, 0.5);
        QCOMPARE(read.byTag.at("precision/skipped_steps")[1].value, 1.0);
        QCOMPARE(read.byTag.at("phase/id")[0].value, 1.0);
        QCOMPARE(read.byTag.at("memory/allocated_bytes_peak")[0].value, 4096.0);
        QCOMPARE(read.byTag.at("memory/reserved_bytes_peak")[0].value, 8192.0);
        QCOMPARE(read.byTag.at("memory/weights_bytes")[0].value, 4096.0);
        QCOMPARE(read.byTag.at("eval/loss")[0], (EventPoint{2, 1007.5, 2.5}));
        QCOMPARE(read.byTag.at("eval/annealed_loss")[0].value, 2.25);
        QCOMPARE(read.byTag.at("card/celsius")[0].value, 61.0);
        QVERIFY(!read.byTag.contains("eval/accuracy")); // a text has none
        QVERIFY(!read.byTag.contains("card/watts"));
    }
    void whatAResumeOrARollBackMadeVoidIsDropped()
    {
        auto events = someEvents();
        events.push_back(RunStarted{.unixSeconds = 2000, .tick = 1, .step = 1});
        events.push_back(StepDone{.tick = 1, .step = 1, .loss = 7, .seconds = 1});
        EventScalars read = scalarsOf(events);
        QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{2});
        QCOMPARE(read.byTag.at("train/loss")[1], (EventPoint{2, 2001, 7}));
        QVERIFY(read.byTag.at("eval/loss").empty());
        events.push_back(DivergenceAnswered{.step = 2, .answer = DivergenceAnswer::RolledBack, .toStep = 0});
        QVERIFY(scalarsOf(events).byTag.at("train/loss").empty());
        events.back() = JumpJudged{.step = 2, .verdict = JumpVerdict::Rejected, .toStep = 1};
        QCOMPARE(scalarsOf(events).byTag.at("train/loss").size(), std::size_t{1});
    }
    void aResumeWithoutLossDropsNothing()
    {
        auto events = someEvents();
        events.push_back(
            RunStarted{.unixSeconds = 500, .tick = 2, .step = 2}); // by a clock that was set back
        events.push_back(StepDone{.tick = 2, .step = 2, .loss = 7, .seconds = 1});
        const EventScalars read = scalarsOf(events);
        QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{3});
        QVERIFY(read.byTag.at("train/loss")[2].unixSeconds > 1000);
    }
    void aRunsFileIsMadeOnceHoweverOftenItIsExported()
    {
        QTemporaryDir dir;
        const fs::path root(dir.path().toStdString());
        const auto folder = createRunFolder(root, {});
        QVERIFY(folder.has_value());
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        for (const RunEvent& event : someEvents())
            QVERIFY(log.append(event));
        for (int time = 0; time < 2; ++time) {
            auto board = TensorboardFolder::open(*folder, root / "board" / "a");
            QVERIFY(board.has_value());
            QVERIFY(board->file().filename().string().starts_with("events.out.tfevents."));
            QVERIFY(board->update());
            QCOMPARE(readEventScalars(root / "board" / "a")->byTag.at("train/loss").size(), std::size_t{2});
        }
        QVERIFY(!TensorboardFolder::open(root, root / "b")); // no run
        QVERIFY(!TensorboardFolder::open(*folder, *folder / "events.jsonl")); // no folder
    }
    void theFileGrowsWithTheLog()
    {
        QTemporaryDir dir;
        const fs::path root(dir.path().toStdString());
        const auto folder = createRunFolder(root, {});
        auto board = TensorboardFolder::open(*folder, root / "board");
        QVERIFY(board.has_value());
        fs::remove(*folder / "events.jsonl");
        QVERIFY(board->update()); // a run that has not begun
        RunLog log;
        QVERIFY(log.open(*folder / "events.jsonl"));
        for (const RunEvent& event : someEvents())
            QVERIFY(log.append(event));
        QVERIFY(board->update());
        QVERIFY(board->update());
        QVERIFY(!board->hasEnded());
        QVERIFY(log.append(StepDone{.tick = 3, .step = 2, .loss = 1}));
        QVERIFY(log.append(RunEnded{}));
        QVERIFY(board->update());
        QVERIFY(board->hasEnded());
        const EventScalars read = *readEventScalars(board->file());
        QCOMPARE(read.byTag.at("train/loss").size(), std::size_t{3});
        QVERIFY(read.remarks.empty());
    }
};

QTEST_APPLESS_MAIN(TensorboardTest)
#include "tensorboard_test.moc"
