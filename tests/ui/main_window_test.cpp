// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "tests/support/fake_engine.h"
#include "tests/support/test_window.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/number_field.h"
#include "ui/pages/runs_page.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip_box.h"
#include "ui/plot/view_range.h"
#include "ui/settings.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

#include <set>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class MainWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareForWindows(m_settings.path(), ThemeChoice::Dark); }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void aRunTrainsFromStartToEndAndEveryPageDraws()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1200, 800);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 300, .evalInterval = 50, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
        QCOMPARE(window.session()->run().steps(), 300);
        for (const QString& page : {u"train"_s, u"compare"_s, u"report"_s, u"runs"_s, u"presets"_s}) {
            QVERIFY(window.showPage(page));
            if (page == u"compare")
                window.compare({window.session()->run().folder()});
            QVERIFY(!window.grab().toImage().isNull());
        }
        QVERIFY(!window.showPage(u"moon"_s));
    }
    void thePlotShowsTheClassesOfTheRun()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1200, 800);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 200, .evalInterval = 0, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
        QCoreApplication::processEvents();
        const QImage image = window.grab().toImage();
        int moments = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                moments += image.pixelColor(x, y) == theme().of(MemoryClass::Moments) ? 1 : 0;
        QVERIFY2(moments > 5000, qPrintable(QString::number(moments))); // a fifth of the stack is moments
    }
    void thePresetBoxFillsTheTableAndAnEditMakesItCustom()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        auto* box = window.findChild<QComboBox*>(u"preset"_s);
        QVERIFY(box);
        box->setCurrentIndex(2);
        Q_EMIT box->activated(2);
        SetupPanel* setup = window.trainPage()->setup();
        QCOMPARE(setup->config()->preset, std::string("aggressive"));
        setup->tableModel()->setData(setup->tableModel()->index(0, 0), u"fp32"_s, Qt::EditRole);
        QCOMPARE(setup->config()->preset, std::string("custom"));
        QCOMPARE(box->currentData().toString(), u"custom"_s);
    }
    void aPresetOfThePresetsPageFillsTheTableInTrain()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        QVERIFY(window.showPage(u"presets"_s));
        auto* list = window.findChild<QListView*>(u"presets"_s);
        for (int row = 0; row < list->model()->rowCount(); ++row)
            if (builtinPresets()[static_cast<std::size_t>(row)].name == "aggressive") {
                list->setCurrentIndex(list->model()->index(row, 0));
                break;
            }
        window.findChild<QPushButton*>(u"usePreset"_s)->click();
        QVERIFY(window.trainPage()->isVisible());
        QCOMPARE(window.trainPage()->setup()->config()->preset, std::string("aggressive"));
        QVERIFY(window.showPage(u"presets"_s));
        QCOMPARE(
            window.findChild<QTableView*>(u"differences"_s)->model()->rowCount(), 0); // Train holds it now
    }
    void aPresetIsNotPutIntoARunThatTrainsUnasked()
    {
        FakeEngineScript script;
        script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        MainWindow window(fakeFactory(script), runs());
        window.show();
        RunConfig config;
        config.training.maxSteps = 1'000'000;
        window.startTraining(config);
        const PrecisionTable before = window.trainPage()->setup()->config()->choices.table;
        QVERIFY(window.showPage(u"presets"_s));
        auto* list = window.findChild<QListView*>(u"presets"_s);
        list->setCurrentIndex(list->model()->index(2, 0));
        QCOMPARE(builtinPresets()[2].name, std::string("aggressive"));
        window.findChild<QPushButton*>(u"usePreset"_s)->click();
        QVERIFY(window.trainPage()->setup()->config()->choices.table == before);
        barButton(window, u"yes"_s)->click();
        QVERIFY(window.trainPage()->setup()->config()->choices.table == builtinPresets()[2].choices.table);
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->stop();
        QVERIFY(ended.wait(60'000));
    }
    void aWrongFieldStopsTheStartInWords()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        SetupPanel* setup = window.trainPage()->setup();
        window.findChild<QLineEdit*>(u"budget"_s)->setText(u"much"_s);
        QVERIFY(!setup->config());
        window.findChild<QLineEdit*>(u"budget"_s)->setText(u"2.5 GiB"_s);
        QCOMPARE(*setup->config()->memory.budgetBytes, std::int64_t{2684354560});
        window.findChild<NumberField*>(u"heads"_s)->setValue(3);
        QVERIFY(!setup->config());
        window.show();
        auto* start = window.findChild<QAction*>(u"start"_s);
        QVERIFY(!start->isEnabled());
        QVERIFY2(start->toolTip().contains(u"heads"_s), qPrintable(start->toolTip()));
        window.findChild<NumberField*>(u"heads"_s)->setValue(4);
        QVERIFY(start->isEnabled());
    }
    void nothingIsInTheOverflowOfTheToolBar()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        auto* bar = window.findChild<QToolBar*>(u"tools"_s);
        for (const int width : {1600, 1366, 1200, 1024, 1600}) {
            window.resize(width, 768);
            QCoreApplication::processEvents();
            for (const QToolButton* button :
                bar->findChildren<QToolButton*>(QString(), Qt::FindDirectChildrenOnly))
                if (button->objectName() == u"qt_toolbar_ext_button")
                    QVERIFY2(!button->isVisible(), qPrintable(QString::number(width)));
                else
                    QVERIFY2(button->isVisible() && bar->rect().contains(button->geometry()),
                        qPrintable(QStringLiteral("%1 at %2").arg(button->text()).arg(width)));
            auto* start
                = qobject_cast<QToolButton*>(bar->widgetForAction(window.findChild<QAction*>(u"start"_s)));
            if (width >= 1024)
                QCOMPARE(start->toolButtonStyle(),
                    Qt::ToolButtonTextBesideIcon); // the most important keeps its word longest
        }
    }
    void aNoteGoesWithTheRunItIsAbout()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        window.openSomeRun();
        auto* bar = window.findChild<ConfirmBar*>();
        QVERIFY(bar->isVisible()); // "This is a finished example …"
        startEndlessRun(window);
        QVERIFY(!bar->isVisible());
        window.openRun(std::filesystem::path(m_dir->path().toStdString()) / "nothing");
        QVERIFY(bar->isVisible()); // what went wrong is not hidden in a status bar
        QVERIFY2(bar->findChild<QLabel*>(u"question"_s)->text().contains(u"no run folder"_s),
            qPrintable(bar->findChild<QLabel*>(u"question"_s)->text()));
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->stop();
        QVERIFY(ended.wait(60'000));
    }
    void aRunHasItsNameBeforeItStartsAndRunsTheirPlace()
    {
        FakeEngineScript script;
        QTemporaryDir other;
        {
            MainWindow window(fakeFactory(script), runs());
            window.show();
            auto* name = window.findChild<QLineEdit*>(u"name"_s);
            name->setText(u"über Nacht 1"_s);
            auto* data = window.findChild<QComboBox*>(u"data"_s);
            data->setCurrentIndex(1);
            Q_EMIT data->activated(1);
            QCOMPARE(name->text(), u"über Nacht 1"_s); // other data call nothing otherwise
            RunConfig config = *window.trainPage()->setup()->config();
            QCOMPARE(config.name, std::string("über Nacht 1"));
            config.training = {.maxSteps = 20, .evalInterval = 0, .saveInterval = 0};
            QSignalSpy ended(window.session(), &RunSession::ended);
            window.startTraining(config);
            QVERIFY(ended.wait(60'000));
            QVERIFY(QString::fromStdString(window.session()->run().folder().filename().string())
                        .endsWith(u"-Nacht-1"_s));
            Q_EMIT window.findChild<RunsPage*>()->folderChosen(other.path().toStdString());
            window.startTraining(config);
            QVERIFY(ended.wait(60'000));
            QVERIFY(window.session()->run().folder().parent_path() == placeOf(other.path().toStdString()));
        }
        QVERIFY(pathFrom(WindowSettings().value(runsFolderKey).toString()) == other.path().toStdString());
    }
    void theBaselineIsNotAskedForABaseline()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 20, .evalInterval = 0, .saveInterval = 0};
        config.preset = "conservative";
        config.choices = findPreset("conservative")->choices;
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
        int told = 0;
        for (const ElidedLabel* label : window.findChildren<ElidedLabel*>()) {
            QVERIFY(!label->text().contains(u"Measure quality"_s));
            told += label->text().contains(u"all FP32"_s) ? 1 : 0;
            if (label->isVisible() && label->objectName() == u"caption"_s
                && label->parentWidget()->objectName()
                    == u"card"_s) // figures: nothing is cut on a small screen
                QVERIFY2(
                    label->fontMetrics().horizontalAdvance(label->text()) <= label->contentsRect().width()
                        || label->text().contains(u"evaluation"_s),
                    qPrintable(label->text()));
        }
        QCOMPARE(told, 1);
    }
    void everyClassIsInTheLegendOfASmallScreen()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        window.show();
        QCoreApplication::processEvents();
        const auto* legend = window.findChild<ClassLegend*>();
        QVERIFY(legend->heightForWidth(legend->width()) <= legend->height());
        QVERIFY(legend->parentWidget()->rect().contains(legend->geometry()));
    }
    void aMovingPointerDrawsNoLayerAnew()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        trainSomething(window, 300);
        window.show();
        const auto plots = window.findChildren<PlotView*>();
        const auto* strip = window.findChild<TimelineStrip*>();
        const auto drawn = [&] {
            QCoreApplication::processEvents();
            window.grab();
            int times = strip->timesDrawn();
            for (const PlotView* plot : plots)
                for (const PlotLayer* layer : plot->layers())
                    times += layer->timesDrawn();
            return times;
        };
        const int before = drawn();
        QVERIFY(before > 0);
        PlotView* memory = window.trainPage()->memoryPlot();
        for (int x = 100; x < 600; x += 10) {
            QTest::mouseMove(memory->viewport(), QPoint(x, 40));
            QVERIFY(window.trainPage()->range()->cursor() >= 0);
            QCOMPARE(drawn(), before);
        }
        window.trainPage()->range()->zoom(0.5, 100); // but another range does
        QVERIFY(drawn() > before);
    }
    void theTipIsInsideTheWindowAndLeavesWithThePointer()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768); // the tip is higher than the plot
        trainSomething(window, 300);
        window.show();
        PlotView* memory = window.trainPage()->memoryPlot();
        memory->setAttribute(Qt::WA_UnderMouse); // the offscreen platform sends no enter events
        for (const int x : {100, memory->width() - 40}) {
            QTest::mouseMove(memory->viewport(), QPoint(x, 40));
            const auto* tip = window.findChild<TipBox*>();
            QVERIFY(tip && tip->isVisible());
            QVERIFY(window.rect().contains(tip->geometry()));
            QVERIFY(
                !tip->geometry().contains(memory->mapTo(&window, QPoint(x, 40)))); // the crosshair stays free
        }
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(memory, &leave);
        QVERIFY(!window.findChild<TipBox*>()->isVisible());
    }
    void aChangeOfThemeTouchesNothingThatWasTyped()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 40, .evalInterval = 0, .saveInterval = 0};
        window.startTraining(config); // an open run: its config is what the panel would fall back to
        QVERIFY(ended.wait(60'000));
        SetupPanel* setup = window.trainPage()->setup();
        auto* budget = window.findChild<QLineEdit*>(u"budget"_s);
        window.findChild<NumberField*>(u"layers"_s)->setValue(7);
        budget->setText(u"2.5 Gi"_s); // not finished yet
        setup->tableModel()->setData(setup->tableModel()->index(1, 0), u"bf16"_s, Qt::EditRole);
        window.trainPage()->range()->zoom(0.5, 20);
        auto* themeAction = window.findChild<QAction*>(u"theme"_s);
        for (int i = 0; i < 2; ++i) { // there and back
            themeAction->trigger();
            QCOMPARE(window.findChild<NumberField*>(u"layers"_s)->value().value_or(0), 7.0);
            QCOMPARE(budget->text(), u"2.5 Gi"_s);
            QVERIFY(setup->tableModel()->table().at(Phase::Full).compute == Precision::Bf16);
            QVERIFY(setup->undoStack()->canUndo());
            QVERIFY(!window.trainPage()->range()->isFollowing());
        }
    }
    void theWindowFitsASmallScreenAndScrollsOnlyThere()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        QVERIFY(window.minimumSizeHint().width() <= 800 && window.minimumSizeHint().height() <= 450);
        auto* area = window.findChild<QScrollArea*>(u"pageScroll"_s);
        trainSomething(window, 5);
        for (const QString& page :
            {u"train"_s, u"compare"_s, u"numbers"_s, u"experiment"_s, u"report"_s, u"runs"_s, u"presets"_s}) {
            window.showPage(page);
            window.findChild<ConfirmBar*>()->dismiss();
            window.resize(1000, 700);
            QCoreApplication::processEvents();
            QVERIFY2(area->horizontalScrollBar()->maximum() == 0 && area->verticalScrollBar()->maximum() == 0,
                qPrintable(u"%1: %2, %3"_s.arg(page)
                               .arg(area->horizontalScrollBar()->maximum())
                               .arg(area->verticalScrollBar()->maximum())));
            window.resize(800, 450); // 1600 × 900 at 200 %: all can be reached
            QCoreApplication::processEvents();
            QVERIFY(area->viewport()->width() + area->horizontalScrollBar()->maximum()
                >= window.findChild<QWidget*>(page)->minimumSizeHint().width());
        }
    }
    void f1OpensTheGuideOnce()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_F1);
        auto* guide = window.findChild<QDialog*>(u"guide"_s);
        QVERIFY(guide && guide->isVisible());
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(window.findChildren<QDialog*>(u"guide"_s).size(), 1);
        QTest::keyClick(guide, Qt::Key_Escape);
        QVERIFY(!guide->isVisible());
    }
    void aQueuedSetupWithSeedsTrainsOneAfterTheOther()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        window.findChild<NumberField*>(u"steps"_s)->setValue(5);
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.findChild<QAction*>(u"queueSeeds"_s)->trigger();
        QVERIFY(ended.wait(60'000));
        QCOMPARE(listRuns(runs()).size(), std::size_t{5});
        std::set<std::int64_t> seeds;
        for (const RunListing& run : listRuns(runs()))
            seeds.insert(run.config.training.seed);
        QCOMPARE(seeds.size(), std::size_t{5});
    }
    void theQueueIsReorderedByKeyboard()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        startEndlessRun(window);
        RunQueueModel* queue = window.session()->queue();
        for (const std::int64_t seed : {1, 2}) {
            RunConfig config;
            config.training.seed = seed;
            queue->add({config, std::nullopt});
        }
        QVERIFY(window.showPage(u"runs"_s));
        auto* list = window.findChild<QListView*>(u"queue"_s);
        QVERIFY(list->isVisible());
        list->setFocus();
        list->setCurrentIndex(queue->index(1));
        QTest::keyClick(list, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(queue->at(0).config.training.seed, 2);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(queue->rowCount(), 1);
        QCOMPARE(queue->at(0).config.training.seed, 1);
    }
    void aFolderThatIsNoRunIsToldAndNothingElse()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.openRun("/nowhere");
        QVERIFY(window.session()->run().folder().empty());
    }

private:
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
