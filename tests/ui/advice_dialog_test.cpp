// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/advice_dialog.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

RunConfig fp16InFull()
{
    RunConfig config;
    config.training.maxSteps = 200;
    config.training.saveInterval = 0;
    config.phases = {.warmupSteps = 0, .fullSteps = 200};
    config.choices.table = config.choices.table.with(Phase::Full, {.compute = Precision::Fp16});
    return config;
}

Precision fullOf(const PresetChoices& choices) { return choices.resolve(Phase::Full).compute; }

} // namespace

class AdviceDialogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_script = {};
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_folder->path().toStdString());
        m_window->resize(1400, 900);
        m_window->show();
    }

    void aChangeIsOneClickAwayAndCanBeUndone()
    {
        QVERIFY(
            !m_window->findChild<QPushButton*>(u"adviceButton"_s)->isEnabled()); // nothing was measured yet
        Run run(fp16InFull(), m_folder->path().toStdString());
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{.phase = Phase::Full, .plan = run.config().choices.resolve(Phase::Full)});
        for (int tick = 0; tick < 10; ++tick)
            run.apply(StepDone{.tick = tick, .step = std::max(0, tick - 3), .loss = 3, .skipped = tick < 3});
        m_window->session()->show(std::move(run));
        auto* setup = m_window->trainPage()->setup();
        QCOMPARE(fullOf(setup->choices()), Precision::Fp16);
        AdviceDialog* dialog = open();
        QVERIFY(dialog->findChild<QLabel*>(u"advice_overflow"_s)
                    ->text()
                    .contains(u"3 updates (30.0 %) were skipped"_s));
        QVERIFY(!dialog->findChild<QPushButton*>(u"use_quality"_s)); // no baseline: nothing to change
        auto* use = dialog->findChild<QPushButton*>(u"use_overflow"_s);
        QTest::mouseClick(use, Qt::LeftButton);
        QCOMPARE(fullOf(setup->choices()), Precision::Bf16);
        QVERIFY(!use->isEnabled());
        setup->undoStack()->undo();
        QCOMPARE(fullOf(setup->choices()), Precision::Fp16);
        m_window->session()->show(Run(fp16InFull(), {})); // another run closes it
        QVERIFY(!dialog->isVisible());
    }
    void inARunAChangeOfTheTableIsQueued()
    {
        std::atomic<bool> go = false;
        m_script.overflowsPerStep = 1;
        m_script.beforeStep = [&](std::int64_t step) {
            while (step == 10 && !go) // 20 skips in 100 end a run
                std::this_thread::yield();
        };
        m_window->startTraining(fp16InFull());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->session()->run().skippedSteps() >= 8, 60'000);
        AdviceDialog* dialog = open();
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"use_overflow"_s), Qt::LeftButton);
        QVERIFY(m_window->trainPage()->setup()->tableModel()->table() != m_window->session()->run().table());
        go = true;
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session()->isTraining(), 60'000);
        QCOMPARE(m_window->session()->run().segments().back().start->plan.compute, Precision::Bf16);
    }

private:
    AdviceDialog* open()
    {
        QTest::mouseClick(m_window->findChild<QPushButton*>(u"adviceButton"_s), Qt::LeftButton);
        auto* dialog = m_window->findChild<AdviceDialog*>(u"advice"_s);
        if (!dialog || !dialog->isVisible())
            qFatal("the dialog did not open");
        return dialog;
    }

    std::unique_ptr<QTemporaryDir> m_folder{};
    FakeEngineScript m_script{};
    std::unique_ptr<MainWindow> m_window{};
};

QTEST_MAIN(AdviceDialogTest)
#include "advice_dialog_test.moc"
