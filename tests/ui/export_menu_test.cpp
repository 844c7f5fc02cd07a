// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/output/chart_registry.h"
#include "tests/support/fake_engine.h"
#include "ui/export_menu.h"
#include "ui/main_window.h"
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
