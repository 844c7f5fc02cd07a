// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "ui/example_run.h"
#include "ui/main_window.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// How the window comes and goes: what it asks before it closes, and what it finds again.
class WindowSessionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void closingWhileTrainingAsksAndStopsWithACheckpoint()
    {
        FakeEngineScript script;
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        const auto folder = startEndlessRun(*window);
        window->close();
        QVERIFY(window->isVisible());
        QVERIFY(window->session()->isTraining()); // nothing happens until somebody says so
        QVERIFY(!button(*window, u"other"_s)->isVisible()); // there is no command line to go on with
        QTest::mouseClick(button(*window, u"no"_s), Qt::LeftButton);
        QVERIFY(window->session()->isTraining());
        window->close();
        QTest::mouseClick(button(*window, u"yes"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60'000);
        QVERIFY(newestCheckpoint(folder).has_value());
        QVERIFY(openRun(folder)->ended()->outcome == Outcome::Interrupted);
    }
    void aRunGoesOnWithoutTheWindow()
    {
        FakeEngineScript script;
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        std::filesystem::path handedOver;
        bool wasFree = false;
        window->setHeadless([&](const std::filesystem::path& folder) {
            handedOver = folder;
            wasFree = !RunLock::isHeld(folder);
            return true;
        });
        const auto folder = startEndlessRun(*window);
        window->close();
        QTest::mouseClick(button(*window, u"yes"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60'000);
        QCOMPARE(handedOver, folder);
        QVERIFY(wasFree); // the other process can take it
    }
    void closingIsAboutTheRunThatTrainsAlsoWhileAnotherIsShown()
    {
        QTemporaryDir settings;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        FakeEngineScript script;
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        window->show();
        trainSomething(*window, 60);
        const auto other = window->session()->run().folder();
        std::filesystem::path handedOver;
        window->setHeadless([&](const std::filesystem::path& folder) {
            handedOver = folder;
            return true;
        });
        const auto folder = startEndlessRun(*window);
        window->openRun(other);
        window->close();
        QVERIFY(window->findChild<ConfirmBar*>()
                    ->findChild<QLabel*>(u"question"_s)
                    ->text()
                    .startsWith(QString::fromStdString(folder.filename().string())));
        QTest::mouseClick(button(*window, u"yes"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60'000);
        QCOMPARE(handedOver, folder);
        MainWindow again(fakeFactory(script), runs());
        again.show();
        again.restoreSession();
        QVERIFY(again.session()->run().folder() == folder); // what was cut off, and not what was looked at
    }
    void anInterruptedRunOffersToGoOn()
    {
        FakeEngineScript script;
        std::filesystem::path folder;
        {
            MainWindow window(fakeFactory(script), runs());
            folder = startEndlessRun(window);
            QSignalSpy ended(window.session(), &RunSession::ended);
            window.session()->interrupt();
            QVERIFY(ended.wait(60'000));
        }
        MainWindow window(fakeFactory(script), runs());
        window.show();
        window.openRun(folder);
        auto* go = button(window, u"yes"_s);
        QVERIFY(go->isVisible());
        const std::int64_t before = window.session()->run().steps();
        QTest::mouseClick(go, Qt::LeftButton);
        QVERIFY(window.session()->isTraining());
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->run().steps() > before, 60'000);
    }
    void theEndIsToldOnceInTheWindow()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        trainSomething(window, 60);
        const auto* bar = window.findChild<ConfirmBar*>();
        QVERIFY(bar->isVisible());
        QVERIFY(bar->findChild<QLabel*>(u"question"_s)->text().contains(u"completed after 60 steps"_s));
        QTest::mouseClick(button(window, u"no"_s), Qt::LeftButton);
        QVERIFY(!bar->isVisible());
    }
    void theLastSessionIsRestored()
    {
        QTemporaryDir settings;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        FakeEngineScript script;
        std::filesystem::path folder;
        {
            MainWindow window(fakeFactory(script), runs());
            window.show();
            trainSomething(window, 60);
            trainSomething(window, 40);
            folder = listRuns(runs()).back().folder; // not the newest
            window.openRun(folder);
            window.findChild<QComboBox*>(u"axis"_s)->setCurrentIndex(2);
            window.findChild<QComboBox*>(u"smoothing"_s)->setCurrentIndex(3);
            window.compare({folder});
            RunConfig queued;
            queued.training.seed = 77;
            window.session()->queue()->add({.config = queued});
            window.close();
        }
        MainWindow window(fakeFactory(script), runs());
        window.show();
        window.restoreSession();
        QCOMPARE(
            std::filesystem::canonical(window.session()->run().folder()), std::filesystem::canonical(folder));
        QVERIFY(window.findChild<QWidget*>(u"compare"_s)->isVisible());
        QCOMPARE(window.findChild<QComboBox*>(u"axis"_s)->currentIndex(), 2);
        QCOMPARE(window.findChild<QComboBox*>(u"smoothing"_s)->currentIndex(), 3);
        QCOMPARE(window.session()->queue()->rowCount(), 1);
        QCOMPARE(window.session()->queue()->at(0).config.training.seed, 77);
        QVERIFY(!window.session()->isTraining()); // the queue waits
    }
    void aFirstStartShowsAFinishedExample()
    {
        QTemporaryDir fresh;
        qputenv("XDG_CACHE_HOME", fresh.path().toUtf8());
        QStandardPaths::setTestModeEnabled(false);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, fresh.path());
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        window.restoreSession();
        const Run& run = window.session()->run();
        QVERIFY(run.steps() >= 300 && run.ended()->outcome == Outcome::Completed);
        QVERIFY(isExampleRun(run.folder()));
        QVERIFY(window.session()->baseline()); // so that quality is shown
        QVERIFY(window.showPage(u"compare"_s));
        QCOMPARE(window.findChildren<QComboBox*>(u"baseline"_s).front()->count(), 3);
        const auto events = run.folder() / "events.jsonl";
        QVERIFY((std::filesystem::status(events).permissions() & std::filesystem::perms::owner_write)
            == std::filesystem::perms::none);
        QStandardPaths::setTestModeEnabled(true);
    }

private:
    static QPushButton* button(MainWindow& window, const QString& name)
    {
        return window.findChild<ConfirmBar*>()->findChild<QPushButton*>(name);
    }
    static std::filesystem::path startEndlessRun(MainWindow& window)
    {
        window.show();
        RunConfig config;
        config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
        QSignalSpy rows(window.session(), &RunSession::rowsAppended);
        window.startTraining(config);
        if (!rows.wait(60'000))
            qWarning("no rows");
        return window.session()->run().folder();
    }
    static void trainSomething(MainWindow& window, std::int64_t steps)
    {
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = steps, .evalInterval = 50, .saveInterval = 0};
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
    }
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(WindowSessionTest)
#include "window_session_test.moc"
