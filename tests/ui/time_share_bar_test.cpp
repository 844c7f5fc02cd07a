// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/training_run.h"
#include "ui/main_window.h"
#include "ui/pages/time_share_bar.h"
#include "ui/theme/theme.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class TimeShareBarTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void theBarIsAsLongAsTheSharesAndNamesThem()
    {
        QWidget window;
        auto* bar = new TimeShareBar(&window);
        window.show();
        QVERIFY(!bar->isVisible()); // nothing was measured
        TimeShares shares{.ticks = 100};
        shares.at(WorkKind::Forward) = 1;
        shares.at(WorkKind::Backward) = 2;
        shares.at(WorkKind::Update) = 0.9;
        shares.at(WorkKind::Log) = 0.1;
        bar->setShares(shares);
        QVERIFY(bar->isVisible());
        QVERIFY(bar->toolTip().contains(u"50.0 %"_s) && bar->toolTip().contains(u"evaluation"_s) == false);
        QCOMPARE(
            bar->accessibleDescription(), u"forward 25.0 %, backward 50.0 %, update 22.5 %, log 2.5 %"_s);
        bar->resize(400, bar->sizeHint().height());
        const QImage image = bar->grab().toImage();
        const QColor half = image.pixelColor(200, 2);
        int pixels = 0;
        for (int x = 0; x < image.width(); ++x)
            pixels += image.pixelColor(x, 2) == half ? 1 : 0;
        QVERIFY2(std::abs(pixels - 199) <= 2, qPrintable(QString::number(pixels)));
        QVERIFY(image.pixelColor(50, 2) != half && image.pixelColor(350, 2) != half);
        bar->setShares({});
        QVERIFY(!bar->isVisible());
    }
    void theTrainPageShowsItForARunThatWasProfiled()
    {
        const RunFolders folders;
        FakeEngineScript script;
        Spans spans;
        train(shortConfig(30), folders.root() / "with", script, false, nullptr, {}, &spans);
        FakeEngineScript plain;
        train(shortConfig(30), folders.root() / "without", plain);
        MainWindow window(fakeFactory(plain), folders.root());
        window.resize(1366, 768);
        window.show();
        const auto* bar = window.findChild<TimeShareBar*>();
        QVERIFY(bar);
        window.openRun(folders.root() / "with");
        QVERIFY(bar->isVisible());
        QVERIFY(bar->accessibleDescription().contains(u"log"_s));
        window.openRun(folders.root() / "without");
        QVERIFY(!bar->isVisible());
    }

private:
    QTemporaryDir m_settings;
};

QTEST_MAIN(TimeShareBarTest)
#include "time_share_bar_test.moc"
