// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/view_range.h"

#include <QSignalSpy>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;

namespace {

Run runOf(std::int64_t segments, std::int64_t ticksEach)
{
    Run run;
    run.apply(RunStarted{});
    std::int64_t tick = 0;
    for (std::int64_t s = 0; s < segments; ++s) {
        run.apply(SegmentStarted{.tick = tick, .phase = s % 2 == 0 ? Phase::Full : Phase::Predict, .plan = {.compute = s % 4 < 2 ? Precision::Fp32 : Precision::Bf16}});
        for (std::int64_t i = 0; i < ticksEach; ++i, ++tick) {
            StepDone step{.tick = tick, .step = tick};
            step.memory.devicePeak.at(MemoryClass::Weights) = 100;
            step.memory.devicePeak.at(MemoryClass::Activations) = (tick * 37) % 50;
            run.apply(step);
        }
    }
    return run;
}

} // namespace

class PlotsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void partsOfAColumnSumToItsPeakWhenNear()
    {
        const Run run = runOf(4, 500);
        for (const StackColumn& column : stackColumns(run, 0, 2000, 300)) {
            double sum = 0;
            for (const double part : column.parts)
                sum += part;
            QVERIFY(!column.isMean);
            QCOMPARE(sum, column.peak);
        }
    }
    void crowdedSegmentsShowMeansBelowTheirPeak()
    {
        const Run run = runOf(2000, 2);
        for (const StackColumn& column : stackColumns(run, 0, 4000, 200)) {
            QVERIFY(column.isMean);
            double sum = 0;
            for (const double part : column.parts)
                sum += part;
            QVERIFY(sum <= column.peak + 1e-6);
        }
    }
    void aRangeBeyondTheRunIsEmptyThere()
    {
        const Run run = runOf(1, 10);
        const auto columns = stackColumns(run, 0, 20, 20);
        QVERIFY(columns[5].peak > 0);
        QCOMPARE(columns[15].peak, 0.0);
        QVERIFY(stackColumns(run, 0, 20, 0).empty());
    }
    void aChangeOfFormatDoesNotCutAPhase()
    {
        Run run;
        run.apply(SegmentStarted{.tick = 0, .phase = Phase::Full});
        run.apply(StepDone{.tick = 0});
        run.apply(SegmentStarted{.tick = 1, .phase = Phase::Full, .plan = {.compute = Precision::Bf16}});
        run.apply(StepDone{.tick = 1});
        QCOMPARE(phaseBands(run).size(), std::size_t{1});
        QCOMPARE(formatBands(run).size(), std::size_t{2});
        QVERIFY((phaseBands(run).front() == TimelineBand{0, 2, static_cast<int>(Phase::Full)}));
    }
    void bandsCoverTheRunWithoutGaps()
    {
        const Run run = runOf(9, 7);
        std::int64_t at = 0;
        for (const TimelineBand& band : phaseBands(run)) {
            QCOMPARE(band.from, at);
            at = band.to;
        }
        QCOMPARE(at, run.ticks());
    }
    void zoomingKeepsTheTickUnderThePointerAndEndsFollowing()
    {
        ViewRange range;
        range.setTicks(1000);
        QSignalSpy follow(&range, &ViewRange::followChanged);
        range.zoom(0.5, 250);
        QCOMPARE(range.from(), 125.0);
        QCOMPARE(range.to(), 625.0);
        QVERIFY(!range.isFollowing());
        QCOMPARE(follow.count(), 1);
        range.setTicks(1100);
        QCOMPARE(range.to(), 625.0); // what is looked at stays
        range.setFollow(true);
        QCOMPARE(range.to(), 1100.0);
    }
    void aRangeNeverLeavesTheRun()
    {
        ViewRange range;
        range.setTicks(100);
        range.zoom(0.1, 50);
        range.pan(1e6);
        QCOMPARE(range.to(), 100.0);
        range.pan(-1e6);
        QCOMPARE(range.from(), 0.0);
        range.zoom(1e9, 50);
        QCOMPARE(range.to(), 100.0);
        range.setCursor(500);
        QCOMPARE(range.cursor(), -1);
    }
};

QTEST_MAIN(PlotsTest)
#include "plots_test.moc"
