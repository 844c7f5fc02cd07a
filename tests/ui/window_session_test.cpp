// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "tests/support/test_window.h"
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

#include <algorithm>
#include <atomic>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// How the window comes and goes: what it asks before it closes, and what it finds again.
class WindowSessionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareForWindows(m_settings.path(), ThemeChoice::Dark); }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void closingWhileTrainingAsksAndStopsWithACheckpoint()
    {
        FakeEngineScript script;
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        const auto folder = startEndlessRun(*window);
        window->close();
        QVERIFY(window->isVisible());
        QVERIFY(window->session()->isTraining()); // nothing happens until somebody says so
        QVERIFY(!barButton(*window, u"other"_s)->isVisible()); // there is no command line to go on with
        QTest::mouseClick(barButton(*window, u"no"_s), Qt::LeftButton);
        QVERIFY(window->session()->isTraining());
        window->close();
        QTest::mouseClick(barButton(*window, u"yes"_s), Qt::LeftButton);
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
        QTest::mouseClick(barButton(*window, u"yes"_s), Qt::LeftButton);
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
        QTest::mouseClick(barButton(*window, u"yes"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60'000);
        QCOMPARE(handedOver, folder);
        MainWindow again(fakeFactory(script), runs());
        again.show();
        again.restoreSession();
        QVERIFY(again.session()->run().folder() == folder); // what was cut off, and not what was looked at
    }
    void anotherRunThatEndsMeanwhileIsNotHandedOver()
    {
        const auto other = createRunFolder(runs(), RunConfig{});
        auto lock = std::make_optional(RunLock::take(*other));
        RunLog log;
        QVERIFY(log.open(*other / "events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        std::atomic<bool> go = true;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t) {
            while (!go)
                std::this_thread::yield();
        };
        auto window = std::make_unique<MainWindow>(fakeFactory(script), runs());
        std::vector<std::filesystem::path> handedOver;
        window->setHeadless([&](const std::filesystem::path& folder) {
            handedOver.push_back(folder);
            return true;
        });
        const auto folder = startEndlessRun(*window);
        window->openRun(*other);
        QVERIFY(window->session()->isFollowing());
        go = false; // what trains here takes its time to stop
        window->close();
        QTest::mouseClick(barButton(*window, u"yes"_s), Qt::LeftButton);
        QSignalSpy ended(window->session(), &RunSession::ended);
        lock.reset();
        const bool isEnded = ended.wait(60'000);
        const bool stays = window->isVisible() && handedOver.empty();
        go = true;
        QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), 60'000);
        QVERIFY(isEnded && stays);
        QCOMPARE(handedOver, std::vector{folder});
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
        auto* go = barButton(window, u"yes"_s);
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
        QTest::mouseClick(barButton(window, u"no"_s), Qt::LeftButton);
        QVERIFY(!bar->isVisible());
    }
    void whatFailsWhileAnotherRunIsShownIsTold()
    {
        FakeEngineScript script;
        std::atomic<bool> go = false;
        std::atomic<int> made = 0;
        MainWindow window(
            [&, whole = fakeFactory(script)](const EngineSetup& setup) -> Result<EngineParts> {
                if (made++ == 0)
                    return whole(setup);
                while (!go)
                    std::this_thread::yield();
                return fail("no engine here");
            },
            runs());
        trainSomething(window, 60);
        const auto first = window.session()->run().folder();
        window.startTraining(RunConfig{});
        window.openRun(first);
        QSignalSpy ended(window.session(), &RunSession::ended);
        go = true;
        QVERIFY(ended.wait(60'000));
        const auto* words = window.findChild<ConfirmBar*>()->findChild<QLabel*>(u"question"_s);
        QVERIFY2(words->text().endsWith(u": no engine here"_s), qPrintable(words->text()));
    }
    void aKilledRunIsNotTimedByWhatTrainsAside()
    {
        RunConfig config;
        config.training.maxSteps = 100;
        const auto killed = createRunFolder(runs(), config);
        QVERIFY(RunLock::take(*killed).has_value()); // and let go, as a dead process does
        {
            RunLog log;
            QVERIFY(log.open(*killed / "events.jsonl"));
            QVERIFY(log.append(RunStarted{.tokensPerStep = 1, .lastStep = 100}));
            QVERIFY(log.append(SegmentStarted{}));
            for (std::int64_t i = 0; i < 20; ++i)
                QVERIFY(log.append(StepDone{.tick = i, .step = i, .learningRate = 1, .seconds = 1}));
        }
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        startEndlessRun(window);
        window.session()->queue()->add({.config = config});
        window.openRun(*killed);
        QVERIFY(window.session()->isTraining() && !window.session()->showsTraining());
        const auto labels = window.findChildren<QLabel*>();
        const auto isSaid = [&](const QString& words) {
            return std::ranges::any_of(
                labels, [&](const QLabel* label) { return label->text().contains(words); });
        };
        QVERIFY(isSaid(u"step 20 / 100"_s) && !isSaid(u"left · step"_s));
        QVERIFY(isSaid(u"after the run that trains"_s) && !isSaid(u"after this run"_s));
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
            window.session()->queue()->add(
                {.config = queued, .folder = folder, .settings = {"training.max_steps=80"}, .goesOn = true});
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
        QCOMPARE(window.session()->queue()->rowCount(), 2);
        QCOMPARE(window.session()->queue()->at(0).config.training.seed, 77);
        QVERIFY(!window.session()->queue()->at(0).goesOn);
        const QueuedRun& goesOn = window.session()->queue()->at(1);
        QVERIFY(goesOn.goesOn && goesOn.folder == folder);
        QCOMPARE(goesOn.settings, (std::vector<std::string>{"training.max_steps=80"}));
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
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(WindowSessionTest)
#include "window_session_test.moc"
