// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_view.h"
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"

#include <QGraphicsTextItem>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

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
        for (const StackColumn& column : stackColumns(run, {0, 2000, 300})) {
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
        for (const StackColumn& column : stackColumns(run, {0, 4000, 200})) {
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
        const auto columns = stackColumns(run, {0, 20, 20});
        QVERIFY(columns[5].peak > 0);
        QCOMPARE(columns[15].peak, 0.0);
        QVERIFY(stackColumns(run, {0, 20, 0}).empty());
    }
    void bucketsCoverEachTickOnceWhereAPixelHoldsMany_data()
    {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<int>("pixels");
        QTest::newRow("whole") << 0.0 << 100000.0 << 1234;
        QTest::newRow("odd") << 17.3 << 5029.9 << 999;
        QTest::newRow("hardly more than one") << 3.5 << 1003.4 << 999;
    }
    void bucketsCoverEachTickOnceWhereAPixelHoldsMany()
    {
        QFETCH(const double, from);
        QFETCH(const double, to);
        QFETCH(const int, pixels);
        const TickColumns columns{from, to, pixels};
        std::int64_t at = columns.bucketOf(0).begin;
        for (int i = 0; i < pixels; ++i) {
            const TickBucket bucket = columns.bucketOf(i);
            QCOMPARE(bucket.begin, at);
            at = bucket.end;
            QVERIFY(columns.bucketAt(bucket.begin) == bucket);
            QVERIFY(columns.bucketAt(bucket.end - 1) == bucket);
        }
    }
    void aTipOverManyTicksGivesTheirNumberMeanLeastAndMost()
    {
        const Run run = runOf(4, 500);
        const TickBucket bucket = TickColumns{0, 2000, 100}.bucketAt(510);
        QCOMPARE(bucket.ticks(), 20);
        const auto lines = memoryTip(run, bucket);
        QVERIFY2(lines[0].cells.front().startsWith(u"20 ticks: 500 to 519"), qPrintable(lines[0].cells.front()));
        QCOMPARE(lines[1].cells.front(), u"Predict · FP32"_s);
        QCOMPARE(lines[2].cells, (QStringList{QString(), u"mean"_s, u"least"_s, u"most"_s}));
        double sum = 0;
        double least = 1e9;
        double most = 0;
        for (std::int64_t tick = bucket.begin; tick < bucket.end; ++tick) {
            const double bytes = static_cast<double>(run.columns().deviceBytes.at(tick));
            sum += bytes;
            least = std::min(least, bytes);
            most = std::max(most, bytes);
        }
        const auto total = std::find_if(lines.begin(), lines.end(), [](const TipLine& line) { return line.cells.front() == u"Total"_s; });
        QCOMPARE(total->cells, (QStringList{u"Total"_s, bytesText(sum / 20), bytesText(least), bytesText(most)}));
    }
    void aTipOverOneTickGivesItsOwnValues()
    {
        const Run run = runOf(2, 50);
        const auto lines = memoryTip(run, TickColumns{0, 100, 400}.bucketAt(60));
        QCOMPARE(lines[0].cells, (QStringList{u"tick 60"_s, u"Predict · FP32"_s}));
        for (const TipLine& line : lines)
            QCOMPARE(line.cells.size(), 2);
        QVERIFY(memoryTip(run, {200, 201}).empty());
    }
    void aPhaseBoundaryInABucketNamesBothPhases()
    {
        const Run run = runOf(2, 50);
        QCOMPARE(memoryTip(run, {45, 55})[1].cells.front(), u"Full · FP32, Predict · FP32"_s);
    }
    void aQualityTipNamesTheLastEvaluation()
    {
        const Run run = runOf(2, 50);
        const std::vector<PlotPoint> deltas{{10, 0.1, 0}, {60, -0.011, 0.019}};
        QVERIFY(qualityTip(run, deltas, {5, 6}).empty());
        QCOMPARE(qualityTip(run, deltas, {30, 31})[1].cells.back(), u"+0.100 %"_s);
        const auto lines = qualityTip(run, deltas, {70, 71});
        QCOMPARE(lines[0].cells.front(), u"evaluated at tick 60"_s);
        QCOMPARE(lines[1].cells.back(), u"−0.011 % ± 0.019"_s);
    }
    void theCaptionSaysWhatAPixelStandsFor()
    {
        const Run crowded = runOf(2000, 2);
        QVERIFY(memoryCaption(crowded, {0, 4000, 200}).contains(u"20 ticks: their mean"));
        QVERIFY(memoryCaption(crowded, {0, 200, 400}).contains(u"every tick"));
        QVERIFY(memoryCaption(runOf(4, 500), {0, 2000, 800}).contains(u"2.5 ticks and shows the largest"));
        QVERIFY(lossCaption({0, 4000, 200}).contains(u"20 ticks: mean"));
        QVERIFY(lossCaption({0, 100, 200}).contains(u"every step"));
    }
    void axesFollowThePlotWhenItIsResized()
    {
        ViewRange range;
        range.setTicks(1000);
        PlotView plot(&range, nullptr);
        plot.setY(0, 100, {{0, "zero"}, {100, "hundred"}});
        plot.resize(600, 200);
        plot.show();
        QCoreApplication::processEvents();
        for (const int height : {400, 150}) {
            plot.resize(600, height); // same range, same ticks
            QCoreApplication::processEvents();
            const double bottom = height - 26; // the room for the labels of the x axis
            for (const QGraphicsItem* item : plot.items())
                if (const auto* label = qgraphicsitem_cast<const QGraphicsTextItem*>(item); label && label->toPlainText() == u"zero")
                    QVERIFY2(std::abs(label->sceneBoundingRect().center().y() - bottom) < 4, qPrintable(QString::number(height)));
        }
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
