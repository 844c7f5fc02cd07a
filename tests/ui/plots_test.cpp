// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/value_rows.h"
#include "ui/plot/card_lanes.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/mark_pixels.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"

#include <QGraphicsTextItem>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

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
        run.apply(SegmentStarted{.tick = tick,
            .phase = s % 2 == 0 ? Phase::Full : Phase::Predict,
            .plan = {.compute = s % 4 < 2 ? Precision::Fp32 : Precision::Bf16}});
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
    void aCardHasALaneForWhatItsDriverTells()
    {
        ViewRange range;
        CardLanes lanes(&range, nullptr);
        Run run = runOf(1, 10);
        lanes.setRun(&run);
        QVERIFY(lanes.titles().isEmpty());
        run.apply(CardMeasured{.tick = 10, .reading = {.celsius = 61, .loadPercent = 97, .usedBytes = 5}});
        run.apply(StepDone{.tick = 10, .step = 10});
        range.setTicks(run.ticks());
        lanes.showNewData();
        QCOMPARE(lanes.titles(), (QStringList{u"temp."_s, u"load"_s}));
        lanes.resize(600, lanes.height());
        QVERIFY(!lanes.grab().isNull());
    }
    void aSimulatedCardHasNoSeconds()
    {
        RunConfig config;
        config.memory.device = "simulated:8GiB";
        Run run(config, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{});
        for (std::int64_t i = 0; i < 8; ++i)
            run.apply(StepDone{.tick = i, .step = i, .learningRate = 1, .seconds = 0.5});
        QCOMPARE(run.tokensPerSecond(), 0.0);
        QCOMPARE(run.recentTokensPerSecond(), 0.0);
        for (const TipLine& line : memoryTip(run, {3, 4}))
            for (const QString& cell : line.cells)
                QVERIFY2(!cell.contains(u" s"_s) && !cell.contains(u" ms"_s), qPrintable(cell));
    }
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
        QVERIFY2(
            lines[0].cells.front().startsWith(u"20 ticks: 500 to 519"), qPrintable(lines[0].cells.front()));
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
        const auto total = std::find_if(
            lines.begin(), lines.end(), [](const TipLine& line) { return line.cells.front() == u"Total"_s; });
        QCOMPARE(
            total->cells, (QStringList{u"Total"_s, bytesText(sum / 20), bytesText(least), bytesText(most)}));
    }
    void aTipOverOneTickGivesItsOwnValues()
    {
        const Run run = runOf(2, 50);
        const auto lines = memoryTip(run, TickColumns{0, 100, 400}.bucketAt(60));
        QCOMPARE(lines[0].cells, (QStringList{u"tick 60"_s, u"Predict · FP32"_s}));
        QCOMPARE(lines[1].cells.front(), u"step 60"_s);
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
                if (const auto* label = qgraphicsitem_cast<const QGraphicsTextItem*>(item);
                    label && label->toPlainText() == u"zero")
                    QVERIFY2(std::abs(label->sceneBoundingRect().center().y() - bottom) < 4,
                        qPrintable(QString::number(height)));
        }
    }
    void aChangeOfFormatDoesNotCutAPhase()
    {
        Run run;
        run.apply(SegmentStarted{.tick = 0, .phase = Phase::Full});
        run.apply(StepDone{.tick = 0});
        run.apply(SegmentStarted{.tick = 1, .phase = Phase::Full, .plan = {.compute = Precision::Bf16}});
        run.apply(StepDone{.tick = 1});
        const TickColumns columns{0, 2, 100};
        QCOMPARE(phaseBands(run, segmentsInView(run, columns)).size(), std::size_t{1});
        QCOMPARE(formatBands(run, segmentsInView(run, columns)).size(), std::size_t{2});
        QVERIFY((phaseBands(run, segmentsInView(run, columns)).front()
            == TimelineBand{0, 2, static_cast<int>(Phase::Full)}));
    }
    void bandsCoverTheRunWithoutGaps()
    {
        for (const int pixels : {1000, 10, 1}) {
            const Run run = runOf(9, 7);
            std::int64_t at = 0;
            for (const TimelineBand& band : phaseBands(run, segmentsInView(run, {0, 63, pixels}))) {
                QCOMPARE(band.from, at);
                at = band.to;
            }
            QCOMPARE(at, run.ticks());
        }
    }
    void bandsAndMarksAreNoMoreThanPixels()
    {
        const Run run = runOf(5000, 3);
        const TickColumns columns{0, 15000, 200};
        QVERIFY(phaseBands(run, segmentsInView(run, columns)).size() <= 400);
        std::vector<std::int64_t> ticks(15000);
        std::iota(ticks.begin(), ticks.end(), 0);
        const auto pixels = markPixels(ticks, columns);
        QCOMPARE(pixels.size(), std::size_t{200});
        QVERIFY(std::is_sorted(pixels.begin(), pixels.end()));
        QVERIFY(markPixels({3, 20000}, {100, 200, 50}).empty());
    }
    void aViewInTheMiddleBeginsWithTheBandThatReachesIntoIt()
    {
        const Run run = runOf(10, 100);
        const auto bands = phaseBands(run, segmentsInView(run, {250, 450, 400}));
        QCOMPARE(bands.front().from, std::int64_t{200});
        QCOMPARE(bands.back().to, std::int64_t{500});
        QCOMPARE(bands.size(), std::size_t{3});
    }
    void viewsBeforeAreGoneBackToAndForthAgain()
    {
        ViewRange range;
        range.setTicks(1000);
        QVERIFY(!range.canGoBack());
        range.beginGesture();
        range.zoom(0.5, 500);
        range.zoom(0.5, 500); // the same turn of the wheel
        range.beginGesture();
        range.pan(100);
        QCOMPARE(range.from(), 475.0);
        range.back();
        QCOMPARE(range.from(), 375.0);
        range.back();
        QCOMPARE(range.from(), 0.0);
        QVERIFY(range.isFollowing()); // as it was
        QVERIFY(!range.canGoBack());
        range.forward();
        range.forward();
        QCOMPARE(range.from(), 475.0);
        QVERIFY(!range.canGoForward());
    }
    void followTakesTheWidthAlong()
    {
        ViewRange range;
        range.setTicks(1000);
        range.zoom(0.1, 500);
        range.setTicks(2000); // held
        QCOMPARE(range.from(), 450.0);
        range.setFollow(true);
        QCOMPARE(range.from(), 1900.0);
        range.setTicks(2500);
        QCOMPARE(range.from(), 2400.0);
        range.showAll();
        range.setTicks(3000);
        QCOMPARE(range.from(), 0.0);
        QCOMPARE(range.to(), 3000.0);
    }
    void anAxisOfStepsStandsStillOverProbes()
    {
        Run run;
        run.apply(RunStarted{.tokensPerStep = 10});
        for (std::int64_t tick = 0; tick < 300; ++tick) {
            if (tick >= 100 && tick < 200)
                run.apply(ProbeDone{.tick = tick, .step = 100, .seconds = 0.1});
            else
                run.apply(StepDone{.tick = tick,
                    .step = tick < 100 ? tick : tick - 100,
                    .learningRate = 1e-3,
                    .seconds = 0.1});
        }
        ViewRange range;
        range.setTicks(300);
        range.setAxis(&run, AxisUnit::Step);
        for (const Tick& tick : range.axisTicks(4)) {
            if (tick.label == "50")
                QCOMPARE(tick.value, 50.0);
            if (tick.label == "150")
                QCOMPARE(tick.value, 250.0);
        }
        range.setAxis(&run, AxisUnit::Tokens);
        QCOMPARE(range.axisTicks(4).back().label, std::string("2,000"));
        range.setAxis(&run, AxisUnit::Seconds);
        QCOMPARE(range.axisTicks(4).back().label, std::string("30 s"));
    }
    void wheelDragAndKeysMoveTheView()
    {
        ViewRange range;
        range.setTicks(1000);
        PlotView plot(&range, nullptr);
        plot.resize(plotLeftMargin + plotRightMargin + 1000, 200); // a tick a pixel
        plot.show();
        const QPoint middle(plotLeftMargin + 500, 80);
        turnWheel(plot, middle, 240);
        turnWheel(plot, middle, 240); // at once: the same step of the history
        QVERIFY(range.to() - range.from() < 650);
        QVERIFY(std::abs((range.from() + range.to()) / 2 - 500) < 2); // around the pointer
        QVERIFY(!range.isFollowing());
        range.back();
        QCOMPARE(range.to() - range.from(), 1000.0);
        range.forward();
        const double before = range.from();
        QTest::mousePress(plot.viewport(), Qt::LeftButton, {}, middle);
        QMouseEvent drag(QEvent::MouseMove, QPointF(middle) + QPointF(100, 0),
            plot.viewport()->mapToGlobal(QPointF(middle)), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(plot.viewport(), &drag);
        QTest::mouseRelease(plot.viewport(), Qt::LeftButton, {}, middle);
        QVERIFY(range.from() < before); // what was under the pointer moved with it
        QTest::keyClick(&plot, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(range.from(), before);
        QTest::keyClick(&plot, Qt::Key_End);
        QVERIFY(range.isFollowing());
        QCOMPARE(range.to(), 1000.0);
        QTest::keyClick(&plot, Qt::Key_Home);
        QCOMPARE(range.from(), 0.0);
        QTest::keyClick(&plot, Qt::Key_Right);
        const std::int64_t cursor = range.cursor();
        QVERIFY(cursor >= 0);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(range.cursor(), cursor + 1);
    }
    void aLogarithmicFrameGivesEqualRatiosEqualRoom()
    {
        const PlotLayer::Frame frame{.area = {0, 0, 100, 100}, .low = 1, .high = 100, .isLog = true};
        QCOMPARE(frame.y(10), 50.0);
        QCOMPARE(frame.y(1), 100.0);
        QCOMPARE(frame.y(-5), 100.0); // what has no logarithm lies at the foot
    }
    void aHiddenClassLeavesTheStackAndAClickBringsItBack()
    {
        ClassLegend legend(nullptr);
        legend.resize(legend.oneRowWidth(), 20);
        legend.show();
        QSignalSpy changed(&legend, &ClassLegend::hiddenChanged);
        const QPoint top = legend.entriesFor(legend.width())[0].center(); // the top of the stack
        QTest::mouseClick(&legend, Qt::LeftButton, {}, top);
        QVERIFY(changed.takeFirst().front().value<ClassSet>().test(indexOf(allMemoryClasses.back())));
        QVERIFY(legend.accessibleDescription().contains(u"hidden"));
        QTest::keyClick(&legend, Qt::Key_Space);
        QVERIFY(changed.takeFirst().front().value<ClassSet>().none());
        QTest::keyClick(&legend, Qt::Key_Right);
        QTest::keyClick(&legend, Qt::Key_Space);
        QVERIFY(changed.takeFirst().front().value<ClassSet>().test(
            indexOf(allMemoryClasses[allMemoryClasses.size() - 2])));
    }
    void aLossThatIsNoNumberIsMarkedAndTold()
    {
        Run run = runOf(1, 50);
        run.apply(StepDone{.tick = 50, .step = 50, .loss = NAN});
        run.apply(StepDone{.tick = 51, .step = 51, .loss = INFINITY, .skipped = true});
        QCOMPARE(run.nonFiniteTicks(), (std::vector<std::int64_t>{50, 51}));
        const auto says = [&](const TickBucket& bucket, const QString& words) {
            const auto lines = lossTip(run, nullptr, bucket);
            return std::any_of(lines.begin(), lines.end(),
                [&](const TipLine& line) { return line.cells.front().contains(words); });
        };
        QVERIFY(says({50, 51}, u"no number"_s));
        QVERIFY(says({51, 52}, u"skipped"_s));
        QVERIFY(!says({10, 11}, u"no number"_s));
    }
    void theValuesInViewAreRowsOfWords()
    {
        const Run run = runOf(4, 500);
        const auto rows = valueRows(run, {0, 2000, 50});
        QCOMPARE(rows.size(), std::size_t{50});
        QCOMPARE(rows.front().first(), u"0–31"_s);
        QCOMPARE(rows.front().size(), valueHeader().size());
        QCOMPARE(rows.front()[6], u"149 B"_s); // the largest of its ticks, and so the parts of that tick
        const auto near = valueRows(run, {10, 20, 50}); // fewer ticks than rows: each once
        QCOMPARE(near.size(), std::size_t{10});
        QCOMPARE(near.front().first(), u"10"_s);
        QVERIFY(valueRows(Run(), {0, 1, 50}).empty());
    }
    void theLossScaleHasALaneOnceItMoved()
    {
        ViewRange range;
        TimelineStrip strip(&range, nullptr);
        Run run = runOf(1, 10);
        strip.setRun(&run);
        QVERIFY(!strip.showsLossScale());
        const int height = strip.height();
        run.apply(StepDone{.tick = 10, .step = 10, .lossScale = 32768, .skipped = true});
        strip.showNewData();
        QVERIFY(strip.showsLossScale());
        QVERIFY(strip.height() > height);
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

private:
    static void turnWheel(PlotView& plot, const QPoint& at, int angle)
    {
        QWheelEvent event(at, plot.viewport()->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier,
            Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot.viewport(), &event);
    }
};

QTEST_MAIN(PlotsTest)
#include "plots_test.moc"
