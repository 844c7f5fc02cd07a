// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/comparison_model.h"
#include "ui/models/event_list_model.h"
#include "ui/models/run_filter.h"
#include "ui/models/run_list_model.h"
#include "ui/models/text_table_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <cmath>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class RunModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatPredictSaysIsExplainedWhereItStands()
    {
        Run run;
        EventListModel model;
        model.setRun(&run);
        run.apply(SegmentStarted{.phase = Phase::Predict});
        run.apply(PredictJudged{.tick = 0, .probes = 3, .confidence = 0.9});
        model.showNewEvents();
        const QString tip = model.index(0, EventListModel::What).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains(u"how sure"_s), qPrintable(tip));
        QVERIFY(model.headerData(EventListModel::AtTick, Qt::Horizontal, Qt::ToolTipRole)
                    .toString()
                    .contains(u"probe"_s));
    }
    void newEventsAppearOnTop()
    {
        Run run;
        EventListModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRun(&run);
        run.apply(SegmentStarted{.tick = 0, .phase = Phase::Warmup, .reason = "the run begins"});
        model.showNewEvents();
        run.apply(SegmentStarted{.tick = 9,
            .phase = Phase::Predict,
            .plan = {.compute = Precision::Bf16},
            .casts = 52,
            .castBytes = 1 << 20});
        run.apply(Notice{.tick = 9, .severity = Severity::Critical, .text = "the disk is full"});
        model.showNewEvents();
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, EventListModel::What).data().toString(), u"the disk is full"_s);
        QVERIFY(model.index(0, 2).data(Qt::ForegroundRole).isValid());
        QVERIFY(model.index(1, 2).data().toString().contains(u"52 tensors cast, 1.00 MiB"));
        model.showNewEvents();
        QCOMPARE(model.rowCount(), 3);
    }
    void aResumeThatTakesRowsBackShowsThemGone()
    {
        Run run;
        EventListModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRun(&run);
        run.apply(SegmentStarted{.tick = 0});
        run.apply(SegmentStarted{.tick = 5});
        model.showNewEvents();
        run.apply(RunStarted{.tick = 2});
        model.showNewEvents();
        QCOMPARE(model.rowCount(), 1);
    }
    void aLongListGivesItsOldRowsOnlyWhenAskedForThem()
    {
        Run run;
        EventListModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRun(&run);
        std::int64_t tick = 0;
        for (int batch = 0; batch < 4; ++batch) {
            for (int i = 0; i < 400; ++i)
                run.apply(SegmentStarted{.tick = tick++, .phase = Phase::Full});
            model.showNewEvents();
        }
        QCOMPARE(model.rowCount(), EventListModel::page);
        QCOMPARE(model.index(0, EventListModel::AtTick).data().toString(), u"1,599"_s);
        QVERIFY(model.hasOlder());
        model.showOlder();
        QCOMPARE(model.rowCount(), 1600);
        QCOMPARE(model.index(1599, EventListModel::AtTick).data().toString(), u"0"_s);
        QVERIFY(!model.hasOlder());
        run.apply(SegmentStarted{
            .tick = tick++, .phase = Phase::Predict}); // who scrolled down keeps what was fetched
        model.showNewEvents();
        QCOMPARE(model.rowCount(), 1600);
        for (int i = 0; i < 3 * EventListModel::page; ++i) // as when a folder is read
            run.apply(SegmentStarted{.tick = tick++, .phase = Phase::Full});
        model.showNewEvents();
        QCOMPARE(model.rowCount(), 1600);
        QCOMPARE(model.index(0, EventListModel::AtTick).data().toString(), u"4,600"_s);
    }
    void runsSortByNumbers()
    {
        RunListModel model;
        const QAbstractItemModelTester tester(&model);
        RunListing listing{
            .name = "a", .state = RunState::Interrupted, .steps = 41200, .maxSteps = 50000, .evalLoss = NAN};
        model.setRuns({listing});
        QCOMPARE(model.index(0, RunListModel::State).data().toString(), u"interrupted at step 41,200"_s);
        QCOMPARE(model.index(0, RunListModel::EvalLoss).data().toString(), u"–"_s);
        QCOMPARE(model.index(0, RunListModel::Steps).data(RunListModel::sortRole).toLongLong(), 41200);
    }
    void whatIsUnknownComesLastInEitherOrder()
    {
        RunListModel model;
        RunFilter filter(&model, nullptr);
        const auto listing = [](const char* name, double loss, std::int64_t peak, double speed) {
            return RunListing{
                .name = name, .peakDeviceBytes = peak, .evalLoss = loss, .tokensPerSecond = speed};
        };
        // unknown ones between known ones, where NaN would break the order
        model.setRuns({listing("c", 3, 30, 300), listing("x", NAN, 0, 0), listing("a", 1, 10, 100),
            listing("y", NAN, 0, 0), listing("b", 2, 20, 200), listing("i", INFINITY, 40, 400)});
        for (const int column : {RunListModel::EvalLoss, RunListModel::Peak, RunListModel::Throughput})
            for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
                filter.sort(column, order);
                QString names;
                for (int row = 0; row < filter.rowCount(); ++row)
                    names += filter.index(row, RunListModel::Name).data().toString();
                QCOMPARE(names.left(4), order == Qt::AscendingOrder ? u"abci"_s : u"icba"_s);
                QCOMPARE(filter.index(4, column).data().toString(), u"–"_s);
                QCOMPARE(filter.index(5, column).data().toString(), u"–"_s);
            }
    }
    void runsSortByValueAndNamesByTheirNumbers()
    {
        RunListModel model;
        RunFilter filter(&model, nullptr);
        const auto listing = [](const char* name, double created, std::int64_t steps) {
            return RunListing{.name = name,
                .createdUnixSeconds = created,
                .steps = steps,
                .maxSteps = 20000,
                .evalLoss = NAN};
        };
        model.setRuns(
            {listing("run-10", 3e9, 900), listing("run-2", 1e9, 10000), listing("run-1", 2e9, 2000)});
        const auto order = [&](int column) {
            filter.sort(column, Qt::AscendingOrder);
            QStringList names;
            for (int row = 0; row < filter.rowCount(); ++row)
                names << filter.index(row, RunListModel::Name).data().toString();
            return names.join(u' ');
        };
        QCOMPARE(order(RunListModel::Name), u"run-1 run-2 run-10"_s);
        QCOMPARE(order(RunListModel::Created), u"run-2 run-1 run-10"_s);
        QCOMPARE(order(RunListModel::Steps), u"run-10 run-1 run-2"_s);
    }
    void qualityIsOfTheBaselineOfTheSameTraining()
    {
        RunListModel model;
        const QAbstractItemModelTester tester(&model);
        RunListing baseline{
            .name = "fp32", .state = RunState::Completed, .steps = 100, .evalLoss = 2, .isBaseline = true};
        RunListing run{.name = "bf16", .state = RunState::Completed, .steps = 100, .evalLoss = 2.003};
        run.config.choices = findPreset("aggressive")->choices;
        RunListing shorter = run;
        shorter.steps = 50;
        RunListing other = run;
        other.config.training.seed = 5;
        model.setRuns({run, shorter, other, baseline});
        QStringList deltas;
        for (int row = 0; row < 4; ++row)
            deltas << model.index(row, RunListModel::QualityDelta).data().toString();
        QCOMPARE(deltas, (QStringList{u"+0.15 %"_s, u"–"_s, u"–"_s, u"baseline"_s}));
    }
    void aRunThatNeverBeganHasDashes()
    {
        ComparisonModel model;
        const Run never(RunConfig{}, "/runs/never");
        model.setComparison(compareRuns({&never}, std::nullopt));
        for (int column = ComparisonModel::Title + 1; column < model.columnCount(); ++column)
            QCOMPARE(model.index(0, column).data().toString(), u"–"_s);
    }
    void aPlanThatWasShortenedLaterIsNotShownAsPassed()
    {
        RunListModel model;
        model.setRuns({RunListing{.name = "a", .steps = 210, .maxSteps = 5, .evalLoss = NAN}});
        QCOMPARE(model.index(0, RunListModel::Steps).data().toString(), u"210"_s);
    }
    void wordsInRowsArePlainText()
    {
        TextTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setTable({u"phase"_s, u"peak"_s}, {{u"Full"_s, u"2 MiB"_s}, {u"Predict"_s, u"1 MiB"_s}});
        QCOMPARE(model.index(1, 1).data().toString(), u"1 MiB"_s);
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"phase"_s);
        model.setTable({u"phase"_s}, {});
        QCOMPARE(model.rowCount(), 0);
    }
    void whatCannotBeComparedHasNoChangeAndNoColour()
    {
        ComparisonModel model;
        RunConfig wide;
        wide.model.width *= 2;
        const auto ranWith = [](const RunConfig& config, const char* device, double seconds) {
            Run run(config, "/runs/x");
            run.apply(RunStarted{.tokensPerStep = 10, .device = device});
            run.apply(SegmentStarted{});
            MemoryReading memory;
            memory.devicePeak.at(MemoryClass::Weights) = static_cast<std::int64_t>(1000 * seconds);
            for (int i = 0; i < 4; ++i)
                run.apply(StepDone{.tick = i, .step = i, .loss = 1, .seconds = seconds, .memory = memory});
            return run;
        };
        const Run baseline = ranWith(RunConfig{}, "cpu: one, 2 used", 1);
        const Run other = ranWith(wide, "cpu: one, 2 used", 2);
        const Run elsewhere = ranWith(RunConfig{}, "cpu: two, 2 used", 2);
        model.setComparison(compareRuns({&baseline, &other, &elsewhere}, 0));
        const auto textAt = [&](int row, int column) { return model.index(row, column).data().toString(); };
        for (const int column : {ComparisonModel::PeakRatio, ComparisonModel::Speed}) {
            QCOMPARE(textAt(1, column), u"–"_s);
            QVERIFY(!model.index(1, column).data(Qt::ForegroundRole).isValid());
        }
        QCOMPARE(textAt(2, ComparisonModel::PeakRatio), u"+100.0 %"_s);
        QCOMPARE(textAt(2, ComparisonModel::Speed), u"–"_s);
    }
    void aComparisonNamesItsBaselineAndItsDirections()
    {
        ComparisonModel model;
        const QAbstractItemModelTester tester(&model);
        ComparisonRow baseline{.title = "fp32", .isBaseline = true};
        ComparisonRow run{.title = "bf16",
            .peakRatio = 0.64,
            .evalLoss = 2,
            .last = QualityPoint{.deltaPercent = 0.123},
            .speedRatio = 1.1};
        model.setComparison({{run, baseline}, {}});
        QCOMPARE(model.index(0, ComparisonModel::PeakRatio).data().toString(), u"−36.0 %"_s);
        QCOMPARE(model.index(0, ComparisonModel::Delta).data().toString(), u"+0.123 %"_s);
        QCOMPARE(model.index(1, ComparisonModel::Delta).data().toString(), u"baseline"_s);
    }
};

QTEST_MAIN(RunModelsTest)
#include "run_models_test.moc"
