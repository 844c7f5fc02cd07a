// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/run_family.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "core/training/fork.h"
#include "tests/support/fake_engine.h"
#include "tests/support/test_window.h"
#include "ui/main_window.h"
#include "ui/models/run_list_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/confirm_bar.h"
#include "ui/theme/format.h"

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

/// A run goes on, or a new one from its checkpoint.
class ContinueRunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareForWindows(m_settings.path(), ThemeChoice::Dark); }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void aStoppedRunContinuesRightThereWithMoreStepsAndAnotherRate()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        window.show();
        trainSomething(window, 60);
        const auto folder = window.session()->run().folder();
        const auto* bar = window.findChild<ConfirmBar*>();
        QVERIFY(bar->isVisible());
        QCOMPARE(barButton(window, u"yes"_s)->text(), u"Continue…"_s);
        auto* open = window.findChild<QPushButton*>(u"continueButton"_s);
        QVERIFY(open->isEnabled());
        open->click();
        auto* dialog = window.findChild<QDialog*>(u"continueDialog"_s);
        QVERIFY(dialog && dialog->isVisible());
        auto* steps = dialog->findChild<QLineEdit*>(u"continueSteps"_s);
        auto* rate = dialog->findChild<QLineEdit*>(u"continueRate"_s);
        auto* go = dialog->findChild<QPushButton*>(u"continueGo"_s);
        const auto* answer = dialog->findChild<QLabel*>(u"continueAnswer"_s);
        QCOMPARE(steps->text(), u"120"_s); // as much again
        steps->setText(u"60"_s);
        QVERIFY(!answer->text().contains(u"larger number"_s)); // not at each key
        QTRY_VERIFY(!go->isEnabled());
        QVERIFY(answer->text().contains(u"larger number"_s));
        steps->setText(u"2.5"_s);
        go->click(); // before the pause is over
        QVERIFY(dialog->isVisible() && !go->isEnabled());
        QVERIFY(steps->property("wrong").toBool()); // marked, with what it takes below it
        QVERIFY2(steps->accessibleDescription().contains(u"100,000,000"_s),
            qPrintable(steps->accessibleDescription()));
        steps->setText(u"1,000"_s); // as people write numbers
        rate->setText(u"fast"_s);
        QTRY_VERIFY(!go->isEnabled());
        QVERIFY(rate->property("wrong").toBool() && !steps->property("wrong").toBool());
        rate->setText(u"2e-4"_s);
        QTRY_VERIFY(answer->text().contains(u"max_steps 60 → 1000"_s));
        steps->setText(u"100"_s);
        QTRY_VERIFY2(answer->text().contains(u"max_steps 60 → 100,"_s), qPrintable(answer->text()));
        QVERIFY(go->isEnabled());
        QVERIFY(answer->text().contains(u"settings changed at step 60"_s)); // told before it begins
        QSignalSpy ended(window.session(), &RunSession::ended);
        go->click();
        QVERIFY(window.session()->isTraining());
        QVERIFY(!open->isEnabled());
        QVERIFY(ended.wait(60'000));
        QCOMPARE(window.session()->run().folder(), folder); // the same run
        QCOMPARE(window.session()->run().steps(), 100);
        QCOMPARE(readRunConfig(folder)->optimizer.learningRate, 2e-4);
    }
    void aForkIsANewRunFromACheckpoint()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        window.show();
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 60, .evalInterval = 20, .saveInterval = 20, .keepCheckpoints = 5};
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
        const auto parent = window.session()->run().folder();
        window.findChild<QPushButton*>(u"continueButton"_s)->click();
        auto* dialog = window.findChild<QDialog*>(u"continueDialog"_s);
        dialog->findChild<QRadioButton*>(u"continueFork"_s)->setChecked(true);
        auto* checkpoint = dialog->findChild<QComboBox*>(u"continueCheckpoint"_s);
        QCOMPARE(checkpoint->count(), 3);
        QVERIFY(checkpoint->itemText(1).startsWith(u"step 40, evaluation loss"_s));
        checkpoint->setCurrentIndex(1);
        auto* name = dialog->findChild<QLineEdit*>(u"continueName"_s);
        auto* go = dialog->findChild<QPushButton*>(u"continueGo"_s);
        name->clear();
        QTRY_VERIFY(!go->isEnabled());
        name->setText(u"branch"_s);
        const auto* answer = dialog->findChild<QLabel*>(u"continueAnswer"_s);
        dialog->findChild<QLineEdit*>(u"continueSteps"_s)->setText(u"40"_s);
        QTRY_VERIFY2(answer->text().contains(u"the checkpoint is of step 40"_s), qPrintable(answer->text()));
        QVERIFY(!go->isEnabled());
        dialog->findChild<QLineEdit*>(u"continueSteps"_s)->setText(u"80"_s);
        QCOMPARE(go->text(), u"Fork"_s);
        go->click();
        QTRY_VERIFY_WITH_TIMEOUT(window.session()->isTraining(), 60'000);
        QVERIFY(ended.wait(60'000));
        const Run& fork = window.session()->run();
        QVERIFY(fork.folder() != parent);
        QVERIFY(QString::fromStdString(fork.folder().filename().string()).endsWith(u"-branch"_s));
        QCOMPARE(fork.steps(), 80);
        QCOMPARE(readRunFamily(fork.folder()).forkedAt, 40);
        QCOMPARE(openRun(parent)->steps(), 60);
        QVERIFY(window.showPage(u"runs"_s));
        const auto* table = window.findChild<QTreeView*>(u"runs"_s);
        QCOMPARE(table->model()->rowCount(), 2);
        QVERIFY(table->model()
                    ->index(0, RunListModel::Family)
                    .data()
                    .toString()
                    .startsWith(u"fork at step 40"_s));
    }
    void theFieldsShowWhatWasInForceAtTheCheckpoint()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        QSignalSpy ended(window.session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 40, .evalInterval = 0, .saveInterval = 20, .keepCheckpoints = 5};
        window.startTraining(config);
        QVERIFY(ended.wait(60'000));
        const auto parent = window.session()->run().folder();
        QVERIFY(window.session()->resume(parent, {"training.max_steps=60", "optimizer.learning_rate=0.002"}));
        QVERIFY(ended.wait(60'000));
        window.findChild<QPushButton*>(u"continueButton"_s)->click();
        auto* dialog = window.findChild<QDialog*>(u"continueDialog"_s);
        auto* steps = dialog->findChild<QLineEdit*>(u"continueSteps"_s);
        auto* rate = dialog->findChild<QLineEdit*>(u"continueRate"_s);
        QCOMPARE(rate->text().toDouble(), 0.002);
        dialog->findChild<QRadioButton*>(u"continueFork"_s)->setChecked(true);
        auto* checkpoint = dialog->findChild<QComboBox*>(u"continueCheckpoint"_s);
        checkpoint->setCurrentIndex(checkpoint->count() - 1); // of step 20
        QCOMPARE(rate->text().toDouble(), config.optimizer.learningRate);
        QCOMPARE(steps->text(), u"40"_s);
        rate->selectAll();
        QTest::keyClicks(rate, u"0.002"_s); // what the run went on with
        checkpoint->setCurrentIndex(checkpoint->count() - 2);
        QCOMPARE(rate->text(), u"0.002"_s);
        dialog->findChild<QPushButton*>(u"continueGo"_s)->click();
        QVERIFY(ended.wait(60'000));
        QVERIFY(window.session()->run().folder() != parent);
        QCOMPARE(configInForce(window.session()->run()).optimizer.learningRate, 0.002);
    }
    void aForkThatCannotTrainLeavesNothing()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        trainSomething(window, 40);
        RunSession* session = window.session();
        QSignalSpy failed(session, &RunSession::failed);
        const ForkOrder order{session->run().folder(), wholeCheckpoints(session->run().folder()).back(), "x"};
        session->fork(order, {"training.max_steps=10"});
        session->fork(order, {});
        QCOMPARE(failed.count(), 1); // the second, in words
        QVERIFY(failed.front().front().toString().contains(u"still being made"_s));
        QTRY_COMPARE(failed.count(), 2);
        QVERIFY(!session->isForking());
        QCOMPARE(listRuns(runs()).size(), std::size_t{1});
    }
    void whatIsContinuedWhileAnotherTrainsWaitsForItsTurn()
    {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs());
        window.resize(1366, 768);
        trainSomething(window, 60);
        const auto first = window.session()->run().folder();
        startEndlessRun(window);
        window.openRun(first);
        window.findChild<QPushButton*>(u"continueButton"_s)->click();
        window.findChild<QDialog*>(u"continueDialog"_s)->findChild<QPushButton*>(u"continueGo"_s)->click();
        QCOMPARE(window.session()->queue()->rowCount(), 1);
        QCOMPARE(window.session()->run().folder(), first);
        window.session()->showTraining();
        QSignalSpy ended(window.session(), &RunSession::ended);
        window.session()->stop();
        QVERIFY(ended.wait(60'000));
        window.session()->startQueue();
        QVERIFY(ended.wait(60'000));
        QCOMPARE(window.session()->run().folder(), first);
        QCOMPARE(window.session()->run().steps(), 120);
    }

private:
    std::filesystem::path runs() const { return m_dir->path().toStdString(); }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(ContinueRunTest)
#include "continue_run_test.moc"
