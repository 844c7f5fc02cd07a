// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_store.h"
#include "core/training/trainer.h"
#include "tests/support/fake_backend.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip_box.h"
#include "ui/plot/view_range.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class MainWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void aRunTrainsFromStartToEndAndEveryPageDraws()
    {
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1200, 800);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 300, .evalInterval = 50, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait());
        QCOMPARE(window.session()->run().steps(), 300);
        for (const QString& page : {u"train"_s, u"compare"_s, u"runs"_s, u"presets"_s}) {
            QVERIFY(window.showPage(page));
            if (page == u"compare")
                window.compare({window.session()->run().folder()});
            QVERIFY(!window.grab().toImage().isNull());
        }
        QVERIFY(!window.showPage(u"moon"_s));
    }
    void thePlotShowsTheClassesOfTheRun()
    {
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1200, 800);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 200, .evalInterval = 0, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait());
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
        FakeBackendScript script;
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
        FakeBackendScript script;
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
        QCOMPARE(window.findChild<QTableView*>(u"differences"_s)->model()->rowCount(), 0); // Train holds it now
    }
    void aWrongFieldStopsTheStartInWords()
    {
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), runs());
        SetupPanel* setup = window.trainPage()->setup();
        window.findChild<QLineEdit*>(u"budget"_s)->setText(u"much"_s);
        QVERIFY(!setup->config());
        window.findChild<QLineEdit*>(u"budget"_s)->setText(u"2.5 GiB"_s);
        QCOMPARE(*setup->config()->memory.budgetBytes, std::int64_t{2684354560});
        window.findChild<QSpinBox*>(u"heads"_s)->setValue(3);
        QVERIFY(!setup->config());
    }
    void everyClassIsInTheLegendOfASmallScreen()
    {
        FakeBackendScript script;
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
        FakeBackendScript script;
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
        FakeBackendScript script;
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
            QVERIFY(!tip->geometry().contains(memory->mapTo(&window, QPoint(x, 40)))); // the crosshair stays free
        }
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(memory, &leave);
        QVERIFY(!window.findChild<TipBox*>()->isVisible());
    }
    void aChangeOfThemeTouchesNothingThatWasTyped()
    {
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), runs());
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 40, .evalInterval = 0, .saveInterval = 0};
        window.startTraining(config); // an open run: its config is what the panel would fall back to
        QVERIFY(ended.wait());
        SetupPanel* setup = window.trainPage()->setup();
        auto* budget = window.findChild<QLineEdit*>(u"budget"_s);
        window.findChild<QSpinBox*>(u"layers"_s)->setValue(7);
        budget->setText(u"2.5 Gi"_s); // not finished yet
        setup->tableModel()->setData(setup->tableModel()->index(1, 0), u"bf16"_s, Qt::EditRole);
        window.trainPage()->range()->zoom(0.5, 20);
        auto* themeAction = window.findChild<QAction*>(u"theme"_s);
        for (int i = 0; i < 2; ++i) { // there and back
            themeAction->trigger();
            QCOMPARE(window.findChild<QSpinBox*>(u"layers"_s)->value(), 7);
            QCOMPARE(budget->text(), u"2.5 Gi"_s);
            QVERIFY(setup->tableModel()->table().at(Phase::Full).compute == Precision::Bf16);
            QVERIFY(setup->undoStack()->canUndo());
            QVERIFY(!window.trainPage()->range()->isFollowing());
        }
    }
    void closingWhileTrainingWritesACheckpointFirst()
    {
        FakeBackendScript script;
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        window->show();
        RunConfig config;
        config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
        QSignalSpy rows(window->session(), &RunSession::rowsAppended);
        window->startTraining(config);
        QVERIFY(rows.wait());
        const auto folder = window->session()->run().folder();
        window->close();
        QVERIFY(window->isVisible()); // not yet
        QTRY_VERIFY(!window->isVisible());
        QVERIFY(newestCheckpoint(folder).has_value());
        QVERIFY(openRun(folder)->ended()->outcome == Outcome::Interrupted);
    }
    void aFolderThatIsNoRunIsToldAndNothingElse()
    {
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), runs());
        window.openRun("/nowhere");
        QVERIFY(window.session()->run().folder().empty());
    }

private:
    static void trainSomething(MainWindow& window, std::int64_t steps)
    {
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = steps, .evalInterval = 50, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait());
    }
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
