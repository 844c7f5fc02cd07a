// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "tests/support/fake_engine.h"
#include "tests/support/test_window.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/runs_page.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"

#include <QAction>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>

#include <atomic>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// Looking at one run while another trains.
class TrainingAsideTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareForWindows(m_settings.path(), ThemeChoice::Dark); }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void anyRunCanBeLookedAtWhileOneTrains()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        trainSomething(window, 60);
        const auto other = window.session()->run().folder();
        const auto trained = startEndlessRun(window);
        auto* chip = window.findChild<QPushButton*>(u"trainingChip"_s);
        const auto* stop = window.findChild<QAction*>(u"stop"_s);
        QVERIFY(!chip->isVisible());
        QVERIFY(stop->isEnabled());
        const SetupPanel* setup = window.trainPage()->setup();
        setup->tableModel()->setData(setup->tableModel()->index(1, 0), u"bf16"_s, Qt::EditRole);
        QTRY_VERIFY_WITH_TIMEOUT(
            window.session()->run().table().at(Phase::Full).compute == Precision::Bf16, 60'000);
        window.openRun(other);
        QCOMPARE(window.session()->run().folder(), other);
        QCOMPARE(window.session()->run().steps(), 60);
        QVERIFY(window.session()->isTraining());
        QVERIFY(chip->isVisible());
        QVERIFY(chip->text().contains(u"training: "_s % QString::fromStdString(trained.filename().string())));
        QVERIFY(!stop->isEnabled()); // of the run that is shown there is nothing to stop
        QVERIFY(stop->toolTip().contains(QString::fromStdString(trained.filename().string())));
        QVERIFY(window.findChild<QWidget*>(u"steps"_s)->isEnabled()); // the next set-up can be made
        const std::int64_t before = window.session()->trainingRun()->steps();
        const QString words = chip->text();
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->trainingRun()->steps() > before, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(chip->text() != words, 60'000);
        QTest::mouseClick(chip, Qt::LeftButton);
        QCOMPARE(window.session()->run().folder(), trained);
        QVERIFY(!chip->isVisible());
        QVERIFY(stop->isEnabled());
        QVERIFY(!setup->undoStack()->canUndo()); // it would put the other run's table into this one
        QVERIFY(setup->config()->choices.table.at(Phase::Full).compute == Precision::Bf16);
        window.openRun(other);
        window.openRun(trained); // the other way back
        QVERIFY(window.session()->showsTraining());
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->stop();
        QVERIFY(ended.wait(60'000));
        const Run whole = *openRun(trained);
        QCOMPARE(window.session()->run().ticks(), whole.ticks()); // nothing was lost on the way
        int edits = 0;
        for (const RunEvent& event : readLastEvents(trained / "events.jsonl", std::int64_t{1} << 40))
            edits += std::holds_alternative<TableChanged>(event) ? 1 : 0;
        QCOMPARE(edits, 1); // looking around edits nothing
    }
    void theEndOfARunThatIsNotShownIsToldWithAWayToIt()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        trainSomething(window, 60);
        const auto other = window.session()->run().folder();
        std::atomic<bool> go = false;
        script.beforeStep = [&](std::int64_t step) {
            while (step == 20 && !go)
                std::this_thread::yield();
        };
        window.show();
        RunConfig config;
        config.training = {.maxSteps = 40, .evalInterval = 0, .saveInterval = 0};
        window.startTraining(config);
        const auto trained = window.session()->run().folder();
        window.session()->enqueue(config);
        window.openRun(other);
        QSignalSpy ended(window.session(), &RunSession::ended);
        go = true;
        QVERIFY(ended.wait(60'000)); // the queued one too
        QCOMPARE(window.session()->run().folder(), other); // and nobody was taken away from here
        QCOMPARE(listRuns(runs()).size(), std::size_t{3});
        const auto* bar = window.findChild<ConfirmBar*>();
        QVERIFY(bar->isVisible());
        QVERIFY(bar->findChild<QLabel*>(u"question"_s)->text().contains(u"completed after 40 steps"_s));
        QTest::mouseClick(barButton(window, u"yes"_s), Qt::LeftButton);
        QCOMPARE(window.session()->run().folder(), window.session()->endedFolder());
        QVERIFY(window.session()->run().folder() != trained);
    }
    void stoppingAnswersAtOnceAndASecondPressHurriesIt()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        std::atomic<bool> go = false;
        script.inEvaluation = [&] {
            while (!go)
                std::this_thread::yield();
        };
        window.show();
        RunConfig config;
        config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
        go = true; // the evaluation before the first step
        QSignalSpy rows(window.session(), &RunSession::rowsAppended);
        window.startTraining(config);
        QVERIFY(rows.wait(60'000));
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->run().steps() > 0, 60'000);
        go = false;
        const auto folder = window.session()->run().folder();
        auto* stop = window.findChild<QAction*>(u"stop"_s);
        stop->trigger();
        const auto says = [&](const QString& words) {
            return std::ranges::any_of(window.findChildren<QLabel*>(),
                [&](const QLabel* label) { return label->isVisible() && label->text().contains(words); });
        };
        QVERIFY(says(u"evaluating, then saving…"_s)); // at once, while the trainer is still at it
        QCOMPARE(stop->text(), u"Stop now"_s);
        QVERIFY(!window.findChild<QAction*>(u"pause"_s)->isEnabled());
        stop->trigger();
        QVERIFY(!stop->isEnabled());
        QVERIFY(!says(u"evaluating, then saving…"_s));
        QSignalSpy ended(window.session(), &RunSession::ended);
        go = true;
        QVERIFY(ended.wait(60'000));
        QVERIFY(newestCheckpoint(folder).has_value());
        QVERIFY(window.session()->run().ended()->outcome == Outcome::Interrupted);
        QCOMPARE(stop->text(), u"Stop"_s);
    }
    void compareOpensWithTheRunThatIsOpenTicked()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        window.show();
        trainSomething(window, 60);
        const auto first = window.session()->run().folder();
        trainSomething(window, 40);
        const auto second = window.session()->run().folder();
        window.openRun(first);
        auto* page = window.findChild<ComparePage*>();
        QVERIFY(page->folders().empty());
        window.showPage(u"compare"_s);
        QCOMPARE(page->folders(), std::vector{first});
        auto* picker = page->findChild<QToolButton*>(u"runPicker"_s);
        Q_EMIT picker->menu()->aboutToShow();
        auto* list = page->findChild<QListWidget*>(u"pickedRuns"_s);
        QCOMPARE(list->count(), 2);
        for (int row = 0; row < 2; ++row) {
            const bool isFirst = list->item(row)->toolTip().toStdString() == first.string();
            QCOMPARE(list->item(row)->checkState(), isFirst ? Qt::Checked : Qt::Unchecked);
            if (!isFirst)
                list->item(row)->setCheckState(Qt::Checked);
        }
        QCOMPARE(page->folders(), (std::vector{first, second}));
        for (int row = 0; row < 2; ++row)
            if (list->item(row)->toolTip().toStdString() == first.string())
                list->item(row)->setCheckState(Qt::Unchecked);
        QCOMPARE(page->folders(), std::vector{second});
        window.showPage(u"runs"_s);
        window.showPage(u"compare"_s);
        QCOMPARE(page->folders(), std::vector{second}); // what was unticked stays so
        window.openRun(first);
        window.compare({second});
        QCOMPARE(page->folders(), std::vector{second}); // chosen runs are shown as chosen
    }
    void whatAnExperimentTrainsLeavesTheSetUpAsItWas()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        SetupPanel* setup = window.trainPage()->setup();
        RunConfig mine;
        mine.name = "mine";
        mine.training.maxSteps = 77;
        setup->setConfig(mine);
        const RunConfig before = *setup->config();
        RunConfig arm;
        arm.training = {.maxSteps = 20, .seed = 1338, .evalInterval = 0, .saveInterval = 0};
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->enqueueIn({{arm, m_dir->path().toStdString() + "/runs/exp/a"},
            {arm, m_dir->path().toStdString() + "/runs/exp/b"}});
        QCOMPARE(setup->config()->training.seed, 1338); // of the run that is looked at
        QVERIFY(ended.wait(60'000));
        QVERIFY(!window.session()->isTraining());
        QVERIFY(*setup->config() == before);
        setup->undoStack()->undo(); // whatever it undoes, nobody typed that
        QVERIFY(setup->config()->training.seed != 1338);
    }
    void aBaselineLeavesTheSetUpAsItWas()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        SetupPanel* setup = window.trainPage()->setup();
        RunConfig mine;
        mine.name = "mine";
        mine.training = {.maxSteps = 20, .evalInterval = 0, .saveInterval = 0};
        mine.choices = findPreset("aggressive")->choices;
        setup->setConfig(mine);
        const RunConfig before = *setup->config();
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.startTraining(*setup->config());
        QVERIFY(ended.wait(60'000));
        const auto folder = window.session()->run().folder();
        window.session()->queueBaseline();
        QVERIFY(ended.wait(60'000));
        QVERIFY(window.session()->run().folder() == folder);
        QVERIFY(window.session()->baseline());
        QVERIFY(*setup->config() == before);
        QVERIFY(window.findChild<ComparePage*>());
        window.showPage(u"compare"_s); // opens with the pair
        QCOMPARE(window.findChild<ComparePage*>()->folders().size(), 2U);
    }
    void whoLooksAtAnotherRunDuringAnErrandHasTheSetUpBack()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        SetupPanel* setup = window.trainPage()->setup();
        trainSomething(window, 20);
        const auto other = window.session()->run().folder();
        RunConfig mine = *setup->config();
        mine.name = "mine";
        mine.training.maxSteps = 77;
        setup->setConfig(mine);
        const RunConfig before = *setup->config();
        script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig arm;
        arm.training = {.maxSteps = 40, .seed = 1338, .evalInterval = 0, .saveInterval = 0};
        window.session()->enqueueIn({{arm, m_dir->path().toStdString() + "/runs/exp/a"}});
        QVERIFY(window.session()->isErrand());
        window.openRun(other);
        window.session()->showTraining();
        QCOMPARE(setup->config()->training.seed, 1338);
        QVERIFY(ended.wait(60'000));
        QVERIFY(*setup->config() == before);
    }
    void aRunOfOnesOwnAfterAnErrandShowsItsOwnSetUp()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        SetupPanel* setup = window.trainPage()->setup();
        RunConfig arm;
        arm.training = {.maxSteps = 20, .seed = 1338, .evalInterval = 0, .saveInterval = 0};
        RunConfig own = arm;
        own.training.seed = 4;
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->enqueueIn({{arm, m_dir->path().toStdString() + "/runs/exp/a"}});
        window.session()->enqueue(own);
        QVERIFY(ended.wait(60'000));
        QCOMPARE(window.session()->run().config().training.seed, 4);
        QCOMPARE(setup->config()->training.seed, 4);
    }
    void aRunThatWentToTheTrashIsLeft()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.show();
        trainSomething(window, 20);
        const auto folder = window.session()->run().folder();
        QVERIFY(window.findChild<ConfirmBar*>()->isVisible()); // offers to continue
        std::filesystem::remove_all(folder);
        Q_EMIT window.findChild<RunsPage*>()->removed();
        QVERIFY(window.session()->run().folder().empty());
        QVERIFY(!window.findChild<ConfirmBar*>()->isVisible());
    }

private:
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(TrainingAsideTest)
#include "training_aside_test.moc"
