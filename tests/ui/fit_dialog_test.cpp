// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_backend.h"
#include "ui/main_window.h"
#include "ui/models/fit_model.h"
#include "ui/pages/fit_dialog.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class FitDialogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void exactRungsThatTheBudgetNeedsAreTicked()
    {
        RunConfig config;
        const std::int64_t whole = estimateMemory(config.estimateInput()).peakDeviceBytes();
        config.memory.budgetBytes = whole / 2;
        FitModel model(config, nullptr);
        const QAbstractItemModelTester tester(&model);
        const FittedChoices fitted = fitExactly(config.estimateInput(), whole / 2);
        QVERIFY(fitted.fits);
        QVERIFY(model.choices() == fitted.choices);
        QVERIFY(model.fits());
        QVERIFY(model.keepsBits());
        QVERIFY(model.check().has_value());
    }
    void aBudgetThatHoldsAllTicksNothing()
    {
        RunConfig config;
        config.memory.budgetBytes = std::int64_t{1} << 40;
        FitModel model(config, nullptr);
        QVERIFY(model.choices() == config.choices);
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.index(row, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
    }
    void aRungThatChangesBitsIsSaidAndOnlyEverTickedByHand()
    {
        RunConfig config;
        config.memory.budgetBytes = 1; // nothing fits
        FitModel model(config, nullptr);
        QVERIFY(!model.fits());
        QVERIFY(model.keepsBits());
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, FitModel::Bits).data().toString() != u"the same bits") {
                QCOMPARE(model.index(row, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
                QVERIFY(model.setData(model.index(row, 0), Qt::Checked, Qt::CheckStateRole));
                QVERIFY(!model.keepsBits());
                return;
            }
        QFAIL("no rung changes bits");
    }
    void theLadderIsTakenOverAsOneStepOfUndo()
    {
        QTemporaryDir folder;
        FakeBackendScript script;
        MainWindow window(fakeFactory(script), folder.path().toStdString());
        window.resize(1400, 900);
        window.show();
        SetupPanel* setup = window.trainPage()->setup();
        auto* button = window.findChild<QPushButton*>(u"fitInto"_s);
        QVERIFY(!button->isEnabled()); // there is no budget
        auto* budget = window.findChild<QLineEdit*>(u"budget"_s);
        budget->setFocus();
        QTest::keyClicks(budget, u"20MiB"_s);
        QVERIFY(button->text().contains(u"20.0 MiB"_s) || button->text().contains(u"20"_s));
        const auto before = setup->config();
        const int steps = setup->undoStack()->count();
        QTest::mouseClick(button, Qt::LeftButton);
        auto* dialog = window.findChild<FitDialog*>(u"fit"_s);
        QVERIFY(dialog && dialog->isVisible());
        auto* rungs = dialog->findChild<QTableView*>(u"rungs"_s);
        QVERIFY(dialog->model()->fits());
        const PresetChoices offered = dialog->model()->choices();
        QTest::keyClick(rungs, Qt::Key_Space); // the first rung out again: the others stay
        QVERIFY(dialog->model()->choices() != offered);
        QTest::keyClick(rungs, Qt::Key_Space);
        QTest::mouseClick(dialog->findChild<QPushButton*>(u"applyFit"_s), Qt::LeftButton);
        QVERIFY(setup->config()->choices == offered);
        QCOMPARE(setup->undoStack()->count(), steps + 1);
        setup->undoStack()->undo();
        QVERIFY(setup->config() == before);
    }
};

QTEST_MAIN(FitDialogTest)
#include "fit_dialog_test.moc"
