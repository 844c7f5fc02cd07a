// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/number_matrix_model.h"
#include "ui/models/numbers_tree_model.h"
#include "ui/plot/exponent_plot.h"
#include "ui/run_session.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <cmath>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

NumberGroup groupOf(const char* name, const char* format, double cancelled)
{
    NumberGroup group{.name = name,
        .tensors = 4,
        .elements = 6400,
        .weights = {format, Tier::Device, 12800},
        .moments = {"fp32", Tier::Device, 51200},
        .sampled = 100};
    if (group.weights.format != "fp32")
        group.remainder = {"int16", Tier::Device, 12800};
    group.bf16 = {.cancelled = cancelled, .effectiveDescent = 1 - cancelled, .sqnrDecibels = 40};
    group.weightExponents[static_cast<std::size_t>(-5 - firstExponentBin)] = 75;
    group.weightExponents[static_cast<std::size_t>(-6 - firstExponentBin)] = 25;
    group.updateExponents[static_cast<std::size_t>(-20 - firstExponentBin)] = 10;
    return group;
}

/// Full in BF16, as its table says, then Correct, which is FP32 although the table says BF16.
Run measuredRun()
{
    RunConfig config;
    config.choices.table = config.choices.table.with(Phase::Full, {.compute = Precision::Bf16})
                               .with(Phase::Correct, {.compute = Precision::Bf16});
    Run run(config, "/runs/measured");
    run.apply(RunStarted{.tokensPerStep = 1});
    run.apply(SegmentStarted{
        .tick = 0, .phase = Phase::Full, .plan = {.compute = Precision::Bf16}, .reason = "begins"});
    for (int i = 0; i < 10; ++i)
        run.apply(StepDone{.tick = i, .step = i});
    run.apply(NumbersMeasured{.tick = 5,
        .step = 5,
        .seconds = 0.01,
        .groups = {groupOf("embedding", "bf16", 0.1), groupOf("blocks.0.attention", "bf16", 0.5),
            groupOf("blocks.0.mlp", "bf16", 0.9)}});
    run.apply(SegmentStarted{.tick = 10, .phase = Phase::Correct, .plan = {}, .reason = "recovers in FP32"});
    for (int i = 10; i < 20; ++i)
        run.apply(StepDone{.tick = i, .step = i});
    run.apply(NumbersMeasured{.tick = 15,
        .step = 15,
        .isExact = true,
        .groups = {groupOf("embedding", "bf16", 0.2), groupOf("blocks.0.attention", "fp32", 0.6),
            groupOf("blocks.0.mlp", "fp32", 0.7)}});
    return run;
}

} // namespace

class NumbersPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void whatIsHeldOtherwiseThanTheTableSaysIsRedAndMarked()
    {
        const Run run = measuredRun();
        NumbersTreeModel model;
        const QAbstractItemModelTester tester(&model);
        model.show(&run, &run.numbers()[0]);
        QCOMPARE(model.differences(), 0);
        QCOMPARE(model.rowCount(), 2); // embedding, blocks
        const QModelIndex mlp = model.indexOf(u"blocks.0.mlp"_s);
        QVERIFY(mlp.isValid());
        QCOMPARE(model.rowCount(mlp), 3); // weights, low halves, moments
        QCOMPARE(model.index(0, NumbersTreeModel::Format, mlp).data().toString(), u"bf16"_s);
        model.show(&run, &run.numbers()[1]);
        QCOMPARE(model.differences(), 4); // weights and low halves of two groups
        const QModelIndex now = model.indexOf(u"blocks.0.mlp"_s);
        const QModelIndex weights = model.index(0, NumbersTreeModel::Name, now);
        QVERIFY(weights.data().toString().startsWith(u'≠'));
        QCOMPARE(weights.data(Qt::ForegroundRole).value<QColor>(), theme().bad);
        QVERIFY(weights.data(Qt::ToolTipRole).toString().contains(u"recovers in FP32"_s));
        QVERIFY(!model.index(2, NumbersTreeModel::Name, now).data().toString().startsWith(u'≠')); // moments
        QVERIFY(!model.indexOf(u"embedding"_s).data().toString().startsWith(u'≠'));
        model.show(&run, nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
    void branchesStayOpenWhileTheGroupsAreTheSame()
    {
        const Run run = measuredRun();
        NumbersTreeModel model;
        NumbersMeasured first = run.numbers()[0];
        model.show(&run, &first);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        first.groups[0].weights.tier = Tier::Host;
        model.show(&run, &first);
        QCOMPARE(resets.count(), 0);
        QVERIFY(changes.count() > 0);
        QCOMPARE(model.differences(), 1);
    }
    void theMatrixHasAColumnForEachPhaseThatWasMeasured()
    {
        const Run run = measuredRun();
        NumberMatrixModel model;
        const QAbstractItemModelTester tester(&model);
        model.show(&run, 1, NumberStatistic::CancelledUpdates, Precision::Bf16);
        QCOMPARE(model.columnCount(), 3);
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), u"Full"_s);
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), u"Correct"_s);
        QCOMPARE(model.index(2, 1).data().toString(), u"90.00 %"_s);
        QCOMPARE(model.index(2, 2).data().toString(), u"70.00 %"_s);
        QVERIFY(model.index(2, 1).data(Qt::BackgroundRole).isValid());
        model.show(&run, 0, NumberStatistic::RoundingLoss, Precision::Bf16); // Correct came later
        QCOMPARE(model.columnCount(), 2);
        QCOMPARE(model.index(0, 1).data().toString(), u"1.00 %"_s); // 40 dB
        model.show(&run, 0, NumberStatistic::Sqnr, Precision::Bf16);
        QCOMPARE(model.index(0, 1).data().toString(), u"40.0 dB"_s);
    }
    void everyStatisticHasWordsAndAValue()
    {
        const NumberGroup group = groupOf("embedding", "bf16", 0.25);
        for (const NumberStatistic statistic : allNumberStatistics) {
            QVERIFY(!titleOf(statistic).isEmpty() && !tipOf(statistic).isEmpty());
            QVERIFY(!std::isnan(valueOf(statistic, group, Precision::Bf16)));
            QCOMPARE(valueText(statistic, NAN), u"–"_s);
            QVERIFY(severityOf(statistic, valueOf(statistic, group, Precision::Bf16)) <= 1);
        }
        QCOMPARE(valueText(NumberStatistic::Sqnr, INFINITY), u"exact"_s);
    }
    void thePageIsWalkedByKeysAndFollowsTheNewestMeasurement()
    {
        QTemporaryDir folder;
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), folder.path().toStdString());
        window.resize(1400, 900);
        window.session()->show(measuredRun());
        QVERIFY(window.showPage(u"numbers"_s));
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* tree = window.findChild<QTreeView*>(u"numbersTree"_s);
        auto* when = window.findChild<QSlider*>(u"numbersWhen"_s);
        auto* matrix = window.findChild<QTableView*>(u"numbersMatrix"_s);
        auto* plot = window.findChild<ExponentPlot*>(u"exponents"_s);
        QCOMPARE(when->value(), 1);
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_Down); // from embedding to its weights or to blocks
        QVERIFY(tree->currentIndex().isValid());
        const auto rows = plot->rows();
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows[0].mid(0, 2), (QStringList{u"2⁻⁵"_s, u"75.000 %"_s}));
        QTest::keyClick(plot, Qt::Key_Right);
        QVERIFY(plot->accessibleDescription().contains(u"≤ |x| <"_s));
        QTest::keyClick(when, Qt::Key_Left); // the one before, and it stays there
        QCOMPARE(when->value(), 0);
        window.session()->append(
            {NumbersMeasured{.tick = 19, .step = 19, .groups = {groupOf("embedding", "fp32", 0)}}});
        QCOMPARE(when->maximum(), 2);
        QCOMPARE(when->value(), 0);
        QTest::keyClick(when, Qt::Key_End);
        window.session()->append(
            {NumbersMeasured{.tick = 20, .step = 20, .groups = {groupOf("embedding", "fp32", 0)}}});
        QCOMPARE(when->value(), 3);
        auto* statistic = window.findChild<QComboBox*>(u"numbersStatistic"_s);
        QTest::keyClick(statistic, Qt::Key_Down);
        QVERIFY(matrix->model()->index(0, 1).data().toString().endsWith(u"dB"_s));
        QVERIFY(!window.findChild<QPushButton*>(u"numbersAll"_s)->isEnabled()); // nothing trains
    }
    void aLookAtEveryElementIsAskedOfTheTrainer()
    {
        QTemporaryDir folder;
        FakeEngineScript script;
        script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        MainWindow window(fakeFactory(script), folder.path().toStdString());
        window.resize(1400, 900);
        window.show();
        window.showPage(u"numbers"_s);
        RunConfig config;
        config.training = {.maxSteps = 1'000'000, .evalInterval = 0, .saveInterval = 0};
        config.training.numbersInterval = 0;
        window.startTraining(config);
        auto* all = window.findChild<QPushButton*>(u"numbersAll"_s);
        QTRY_VERIFY_WITH_TIMEOUT(all->isEnabled(), 20000);
        QVERIFY(window.session()->run().numbers().empty());
        QTest::mouseClick(all, Qt::LeftButton);
        QVERIFY(!all->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!window.session()->run().numbers().empty(), 20000);
        QVERIFY(window.session()->run().numbers().back().isExact);
        QTRY_VERIFY_WITH_TIMEOUT(all->isEnabled(), 20000);
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->stop();
        QVERIFY(ended.wait(60'000));
    }
};

QTEST_MAIN(NumbersPageTest)
#include "numbers_page_test.moc"
