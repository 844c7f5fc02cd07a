// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files/event_file.h"
#include "core/output/chart_registry.h"
#include "tests/support/training_run.h"
#include "ui/export_menu.h"
#include "ui/main_window.h"
#include "ui/run_export.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QLabel>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class ExportMenuTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void everyChartOfARunHasAnEntry()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs.path().toStdString());
        const auto* menu = window.findChild<ExportMenu*>(u"exportMenu"_s);
        for (const ChartEntry& chart : chartsOfARun()) {
            const auto* entry = menu->findChild<QAction*>(u"export-chart-"_s % text(chart.name));
            QVERIFY2(entry, chart.name.data());
            QVERIFY(entry->text().contains(text(chart.title)));
        }
    }
    void aRunLeavesForTensorboardPerfettoAndTransformers()
    {
        QTemporaryDir runs;
        const std::filesystem::path root = runs.path().toStdString();
        RunConfig config = shortConfig(12);
        config.name = "leaving";
        FakeEngineScript script;
        const Finished finished = train(config, root / "run", script);
        const QString folder = runs.filePath(u"board"_s);
        QVERIFY(writeTensorboard(finished.run, folder).contains(u"tfevents"_s));
        QCOMPARE(readEventScalars(folder.toStdString())->byTag.at("train/loss").size(), std::size_t{12});
        const QString trace = runs.filePath(u"trace.json"_s);
        QVERIFY(writeTrace(finished.run, trace).contains(trace));
        QVERIFY(readJsonFile(trace.toStdString())->contains("traceEvents"));
        // the fake's checkpoint holds no weights: a sentence, and no half a folder
        const QString refused = writeModel(root / "run", runs.filePath(u"model"_s));
        QVERIFY2(refused.contains(u"safetensors"_s), qPrintable(refused));
        FakeEngineScript other;
        MainWindow window(fakeFactory(other), root);
        const auto* menu = window.findChild<ExportMenu*>(u"exportMenu"_s);
        for (const auto& name : {u"exportTensorboard"_s, u"exportTrace"_s, u"exportModel"_s}) {
            QSignalSpy told(menu, &ExportMenu::told);
            menu->findChild<QAction*>(name)->trigger(); // no run is open
            QVERIFY(told.front().front().toString().contains(u"no run is open"_s));
        }
    }
    void aRunWithoutJumpsIsToldToHaveNone()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs.path().toStdString());
        window.session()->show(Run(RunConfig{}, runs.path().toStdString()));
        auto* menu = window.findChild<ExportMenu*>(u"exportMenu"_s);
        QSignalSpy told(menu, &ExportMenu::told);
        menu->findChild<QAction*>(u"export-chart-jumps"_s)->trigger();
        QCOMPARE(told.count(), 1);
        QVERIFY(told.front().front().toString().contains(u"nothing to show"_s));
    }
};

QTEST_MAIN(ExportMenuTest)
#include "export_menu_test.moc"
