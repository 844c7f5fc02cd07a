// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/pages/what_if_dialog.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class WhatIfDialogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void editsOfTheTableAreAnsweredFromTheOpenRun()
    {
        QTemporaryDir folder;
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), folder.path().toStdString());
        window.resize(1400, 900);
        window.show();
        auto* button = window.findChild<QPushButton*>(u"whatIfButton"_s);
        QVERIFY(button && !button->isEnabled()); // nothing was measured yet
        RunConfig config;
        Run run(config, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{.phase = Phase::Full, .plan = config.choices.resolve(Phase::Full)});
        const MemoryComposition peak = *estimateMemory(config.estimateInput()).byPhase[indexOf(Phase::Full)];
        for (int tick = 0; tick < 10; ++tick)
            run.apply(StepDone{.tick = tick,
                .step = tick,
                .learningRate = 1,
                .seconds = 0.5,
                .memory = {.devicePeak = peak}});
        window.session()->show(std::move(run));
        QVERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        auto* dialog = window.findChild<WhatIfDialog*>(u"whatIf"_s);
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->result());
        QCOMPARE(dialog->result()->phases[indexOf(Phase::Full)].source, WhatIfSource::Measured);
        const auto before = dialog->result()->peak;
        auto* table = dialog->tableModel();
        const int full = static_cast<int>(indexOf(Phase::Full));
        QVERIFY(table->editCells({{full, PrecisionTableModel::Activations, u"recompute"_s}}, u"edit"_s)
                    .isEmpty());
        QVERIFY(dialog->result());
        QCOMPARE(dialog->result()->phases[indexOf(Phase::Full)].source, WhatIfSource::Predicted);
        QVERIFY(dialog->result()->phases[indexOf(Phase::Full)].predicted->total() < peak.total());
        QVERIFY(before >= peak.total());
        QVERIFY(dialog->findChild<QLabel*>(u"whatIfSum"_s)->text().contains(u"not measured in this run"_s));
        QVERIFY(!dialog->grab().isNull());
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"useWhatIf"_s), Qt::LeftButton);
        QVERIFY(!dialog->isVisible());
        QCOMPARE(window.trainPage()->setup()->choices().table.at(Phase::Full).activations,
            ActivationPolicy::Recompute);
        QTest::mouseClick(button, Qt::LeftButton);
        const QList<WhatIfDialog*> again = window.findChildren<WhatIfDialog*>(u"whatIf"_s);
        QVERIFY(again.back()->isVisible());
        window.session()->show(Run(config, {})); // another run closes it
        QVERIFY(!again.back()->isVisible());
        QVERIFY(!button->isEnabled());
    }
};

QTEST_MAIN(WhatIfDialogTest)
#include "what_if_dialog_test.moc"
