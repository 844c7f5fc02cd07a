// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/experiment_page.h"
#include "ui/pages/number_field.h"
#include "ui/plot/experiment_plot.h"
#include "ui/run_session.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class ExperimentPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void anExperimentIsPlannedTrainedAndJudgedInTheWindow()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs.path().toStdString());
        ExperimentPage page(
            &session, [] { return shortSetup(); }, nullptr);
        page.resize(1200, 800);
        page.show();
        QVERIFY(!button(page, u"experimentTrain"_s)->isEnabled());
        QTest::mouseClick(button(page, u"experimentNew"_s), Qt::LeftButton);
        page.findChild<NumberField*>(u"experimentSeeds"_s)->setValue(2);
        QTest::mouseClick(button(page, u"experimentCreate"_s), Qt::LeftButton);
        QVERIFY(std::filesystem::exists(page.folder() / "experiment.json"));
        QVERIFY(button(page, u"experimentTrain"_s)->text().contains(u'4')); // two arms, two seeds
        QTest::mouseClick(button(page, u"experimentTrain"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session.queue()->isEmpty() && !session.isTraining(), 30000);
        QTRY_VERIFY_WITH_TIMEOUT(
            page.findChild<QLabel*>(u"experimentState"_s)->text().contains(u"4 of 4 runs ended"_s), 60'000);
        QVERIFY(!button(page, u"experimentTrain"_s)->isEnabled());
        auto* table = page.findChild<QTableView*>(u"experimentTable"_s);
        QCOMPARE(table->model()->rowCount(), 2);
        const QString verdict = table->model()->index(1, table->model()->columnCount() - 1).data().toString();
        QVERIFY2(verdict.startsWith(u'✓') || verdict.startsWith(u'✗') || verdict.startsWith(u'?'),
            qPrintable(verdict));
        QCOMPARE(table->model()->index(1, 1).data().toString(), u"2 of 2"_s);
        const auto written
            = readFile(page.folder() / "experiment.md"); // what lies in the folder says the same
        QVERIFY(written && written->find("4 of 4 runs") != std::string::npos);
        auto* tabs = page.findChild<QTabBar*>(u"experimentTables"_s);
        tabs->setCurrentIndex(1);
        QCOMPARE(table->model()->rowCount(), 4);
        QSignalSpy opened(&page, &ExperimentPage::openRequested);
        table->setCurrentIndex(table->model()->index(3, 0));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        tabs->setCurrentIndex(2);
        QVERIFY(table->model()->rowCount() > 0);
        ExperimentPage again(
            &session, [] { return shortSetup(); }, nullptr);
        again.setLongLogs(0);
        QVERIFY(again.openExperiment(page.folder()));
        const auto* state = again.findChild<QLabel*>(u"experimentState"_s);
        QVERIFY(!state->text().contains(u"4 of 4"_s)); // nothing was read on this thread
        QTRY_VERIFY_WITH_TIMEOUT(state->text().contains(u"4 of 4 runs ended"_s), 60'000);
        QVERIFY(!button(again, u"experimentTrain"_s)->isEnabled());
    }
    void runsThatWereCutOffGoOnInTheirFolders()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs.path().toStdString());
        ExperimentPage page(
            &session, [] { return shortSetup(); }, nullptr);
        page.show();
        QVERIFY(page.planNew({u"aggressive"_s}, 2).has_value());
        const auto folder = page.folder();
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                QMetaObject::invokeMethod(&session, &RunSession::interrupt, Qt::QueuedConnection);
            if (step >= 12)
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
        };
        QTest::mouseClick(button(page, u"experimentTrain"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!session.isTraining(), 30000);
        QVERIFY(session.run().ended()->outcome == Outcome::Interrupted);
        QCOMPARE(session.queue()->rowCount(), 3); // they wait
        auto* train = button(page, u"experimentTrain"_s);
        QTRY_VERIFY_WITH_TIMEOUT(
            train->text().contains(u'1'), 60'000); // the one that was cut off; the others are coming
        QVERIFY(page.findChild<QLabel*>(u"experimentState"_s)->text().contains(u"3 queued"_s));
        script.beforeStep = {};
        while (!session.queue()->isEmpty())
            session.queue()->remove(0);
        QVERIFY(page.openExperiment(folder));
        QVERIFY(train->text().contains(u'4'));
        QTest::mouseClick(button(page, u"experimentTrain"_s), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session.queue()->isEmpty() && !session.isTraining(), 30000);
        QVERIFY(!button(page, u"experimentTrain"_s)->isEnabled());
    }
    void thePlanInTrainIsAnArmThatTheCommandLineCanRepeat()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs.path().toStdString());
        RunConfig setup = *shortSetup();
        ExperimentPage page(
            &session, [&] { return setup; }, nullptr);
        page.show();
        setup.choices = baselineOf(setup).choices;
        QVERIFY(!page.planNew({u"plan"_s}, 2)); // it is the baseline
        PhasePlan full;
        full.compute = Precision::Fp16;
        setup.choices.table = setup.choices.table.with(Phase::Full, full).withEnabled(true);
        setup.preset = "custom";
        QTest::mouseClick(button(page, u"experimentNew"_s), Qt::LeftButton);
        QVERIFY(page.findChild<QCheckBox*>(u"arm-plan"_s)->isChecked());
        QVERIFY(page.planNew({u"plan"_s, u"aggressive"_s}, 2).has_value());
        const auto stored = readExperiment(page.folder());
        QVERIFY(stored.has_value());
        QCOMPARE(stored->plan.arms.size(), std::size_t{3});
        QVERIFY(stored->plan.arms[1].config.choices.table.resolve(Phase::Full).compute == Precision::Fp16);
        QVERIFY(stored->command.find("plan.json,aggressive") != std::string::npos);
        const auto keys = readJsonFile(page.folder() / "plan.json");
        QVERIFY(keys.has_value());
        const auto again = armFromJson("plan", *keys, *shortSetup());
        QVERIFY(again && again->config.choices == stored->plan.arms[1].config.choices);
    }
    void whatIsQueuedIsNotQueuedTwice()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        RunSession session(fakeFactory(script), runs.path().toStdString());
        ExperimentPage page(
            &session, [] { return shortSetup(); }, nullptr);
        page.show();
        QVERIFY(page.planNew({u"aggressive"_s}, 2).has_value());
        auto* train = button(page, u"experimentTrain"_s);
        QTest::mouseClick(train, Qt::LeftButton);
        QVERIFY(session.isTraining());
        QCOMPARE(session.queue()->rowCount(), 3);
        QVERIFY(!train->isEnabled());
        session.interrupt();
        QTRY_VERIFY_WITH_TIMEOUT(!session.isTraining(), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(train->isEnabled(), 60'000);
        QTest::mouseClick(train, Qt::LeftButton); // goes on, with the interrupted one last
        QVERIFY(session.isTraining());
        QTRY_VERIFY_WITH_TIMEOUT(session.queue()->isEmpty() && !session.isTraining(), 60'000);
        QVERIFY(page.findChild<QLabel*>(u"experimentState"_s)->text().contains(u"4 of 4 runs ended"_s));
    }
    void keysGoThroughTheArmsAndTheTableFollows()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs.path().toStdString());
        ExperimentPage page(
            &session, [] { return shortSetup(); }, nullptr);
        page.resize(1200, 800);
        page.show();
        QVERIFY(page.planNew({u"default"_s, u"aggressive"_s}, 2).has_value());
        auto* plot = page.findChild<ExperimentPlot*>(u"experimentPlot"_s);
        auto* table = page.findChild<QTableView*>(u"experimentTable"_s);
        QCOMPARE(plot->currentArm(), 1);
        QTest::keyClick(plot, Qt::Key_Down);
        QCOMPARE(plot->currentArm(), 2);
        QCOMPARE(table->currentIndex().row(), 2);
        QVERIFY(plot->accessibleDescription().contains(u"aggressive"_s));
        QTest::keyClick(plot, Qt::Key_Down); // there is no further one
        QCOMPARE(plot->currentArm(), 2);
        table->selectRow(1);
        QCOMPARE(plot->currentArm(), 1);
    }
    void aFolderThatIsNoExperimentSaysSo()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        RunSession session(fakeFactory(script), runs.path().toStdString());
        ExperimentPage page(
            &session, [] { return std::optional<RunConfig>(); }, nullptr);
        page.show();
        QVERIFY(!page.openExperiment(runs.path().toStdString()));
        QVERIFY(page.findChild<QLabel*>(u"experimentWarnings"_s)->text().contains(u"experiment.json"_s));
        QVERIFY(!page.planNew({u"aggressive"_s}, 2).has_value()); // the set-up has a wrong field
        for (const char* damaged : {"{}", "{\"arms\": [{}], \"seeds\": [1]}",
                 "{\"arms\": [{\"name\": \"x\", \"config\": {}}], \"seeds\": [1]}", "[1",
                 "{\"arms\": 3, \"seeds\": \"x\"}"}) {
            QVERIFY(writeFileAtomically(
                std::filesystem::path(runs.path().toStdString()) / "experiment.json", damaged)
                        .has_value());
            QVERIFY2(!page.openExperiment(runs.path().toStdString()), damaged);
            QVERIFY(!page.findChild<QLabel*>(u"experimentWarnings"_s)->text().isEmpty());
        }
    }
    void theWindowOpensAnExperimentWhereARunIsOpened()
    {
        QTemporaryDir runs;
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), runs.path().toStdString());
        window.show();
        auto* page = window.findChild<ExperimentPage*>(u"experiment"_s);
        QVERIFY(page->planNew({u"aggressive"_s}, 2).has_value());
        window.showPage(u"train"_s);
        window.openRun(page->folder());
        QVERIFY(page->isVisible());
    }

private:
    static std::optional<RunConfig> shortSetup()
    {
        RunConfig config;
        config.name = "short";
        config.training.maxSteps = 30;
        config.training.saveInterval = 10;
        config.phases.warmupSteps = 5;
        return config;
    }
    static QPushButton* button(const QWidget& page, const QString& name)
    {
        return page.findChild<QPushButton*>(name);
    }
};

QTEST_MAIN(ExperimentPageTest)
#include "experiment_page_test.moc"
