// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/models/fit_model.h"
#include "ui/pages/fit_dialog.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/rung_prices.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QFile>
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
        RungPrices prices(nullptr); // measures nothing without a program
        FitModel model(config, &prices, nullptr);
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
        RungPrices prices(nullptr); // measures nothing without a program
        FitModel model(config, &prices, nullptr);
        QVERIFY(model.choices() == config.choices);
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.index(row, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
    }
    void whatFitsTheBudgetAndNotThisMachineSaysSo()
    {
        RunConfig config;
        config.model = {.layers = 1000, .width = 65536, .heads = 512}; // terabytes on Host
        config.memory.budgetBytes = std::int64_t{1} << 50;
        RungPrices prices(nullptr);
        const FitModel model(config, &prices, nullptr);
        QVERIFY(model.fits());
        QVERIFY(!model.whyTooLargeHere().isEmpty());
        QVERIFY(!model.canMeasure());
        FitDialog dialog(config, &prices, nullptr);
        const QString sum = dialog.findChild<QLabel*>(u"fitSum"_s)->text();
        QVERIFY2(sum.contains(u"not on this machine"_s), qPrintable(sum));
        QVERIFY(!dialog.findChild<QPushButton*>(u"measureFit"_s)->isEnabled());
    }
    void aRungThatChangesBitsIsSaidAndOnlyEverTickedByHand()
    {
        RunConfig config;
        config.memory.budgetBytes = 1; // nothing fits
        RungPrices prices(nullptr); // measures nothing without a program
        FitModel model(config, &prices, nullptr);
        QVERIFY(!model.fits());
        QVERIFY(model.keepsBits());
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, FitModel::Bits).data().toString() != u"the same bits") {
                QCOMPARE(
                    model.index(row, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
                QVERIFY(model.setData(model.index(row, 0), Qt::Checked, Qt::CheckStateRole));
                QVERIFY(!model.keepsBits());
                return;
            }
        QFAIL("no rung changes bits");
    }
    void aStepIsPricedRungByRungAgainstTheSetUpAsConfigured()
    {
        QTemporaryDir folder;
        const QString program = programThatSays(folder,
            u"n=$(cat n 2>/dev/null || echo 0); n=$((n+1)); echo $n > n; "
            "echo \"{\\\"rungs\\\": [{\\\"step_seconds\\\": 0.$n}]}\""_s);
        RungPrices prices(nullptr);
        prices.setProgram(program);
        RunConfig config;
        config.memory.budgetBytes = estimateMemory(config.estimateInput()).peakDeviceBytes() / 2;
        FitModel model(config, &prices, nullptr);
        const QAbstractItemModelTester tester(&model);
        QVERIFY(!std::as_const(prices).isBusy()); // nothing is measured unasked
        model.measure();
        QVERIFY(prices.isMeasuring(config));
        QTRY_VERIFY_WITH_TIMEOUT(!prices.isBusy(), 20000);
        QCOMPARE(prices.of(config)->seconds, 0.1);
        QVERIFY(model.stepSeconds().has_value());
        QCOMPARE(model.stepSeconds()->second, 0.1);
        QStringList told;
        for (int row = 0; row < model.rowCount(); ++row)
            told << model.index(row, FitModel::Time).data().toString();
        QVERIFY2(told.contains(u"3.00 ×"_s) && told.contains(u"4.00 ×"_s), qPrintable(told.join(u", "_s)));
        const RungPrices* known = &prices;
        FitModel again(config, &prices, nullptr); // nothing is measured twice
        again.measure();
        QVERIFY(!known->isBusy());
    }
    void whatDoesNotFitThisMachineIsNotMeasured()
    {
        QTemporaryDir folder;
        RungPrices prices(nullptr);
        prices.setProgram(programThatSays(folder, u"echo '{\"rungs\": [{\"step_seconds\": 2}]}'"_s));
        RunConfig config;
        config.model = {.layers = 100, .width = 65536, .heads = 512};
        config.memory.budgetBytes = 1;
        FitModel model(config, &prices, nullptr);
        model.measure();
        QVERIFY(!prices.isMeasuring(config));
        QCOMPARE(model.index(0, FitModel::Time).data().toString(), u"too large here"_s);
        QVERIFY(model.index(0, FitModel::Time).data(Qt::ToolTipRole).toString().contains(u"are free here"_s));
        prices.cancel();
    }
    void aPriceThatCannotBeMeasuredSaysWhy()
    {
        QTemporaryDir folder;
        RungPrices prices(nullptr);
        prices.setProgram(programThatSays(folder, u"echo 'out of memory: 3 TiB asked' >&2; exit 3"_s));
        RunConfig config;
        config.memory.budgetBytes = 1;
        FitModel model(config, &prices, nullptr);
        model.measure();
        QTRY_VERIFY_WITH_TIMEOUT(!prices.isBusy(), 20000);
        QCOMPARE(model.index(0, FitModel::Time).data().toString(), u"not measured"_s);
        QVERIFY(model.index(0, FitModel::Time).data(Qt::ToolTipRole).toString().contains(u"3 TiB"_s));
    }
    void aMeasurementIsCancelledAtOnceAndCanBeAskedForAgain()
    {
        QTemporaryDir folder;
        RungPrices prices(nullptr);
        prices.setProgram(programThatSays(folder, u"sleep 600"_s));
        RunConfig config;
        config.memory.budgetBytes = 1;
        FitModel model(config, &prices, nullptr);
        model.measure();
        QVERIFY(prices.isMeasuring(config));
        prices.cancel(); // ctest ends a test that waits the 600 s out
        QVERIFY(!prices.isBusy());
        prices.setProgram(programThatSays(folder, u"echo '{\"rungs\": [{\"step_seconds\": 2}]}'"_s));
        prices.measure({config});
        QTRY_VERIFY_WITH_TIMEOUT(prices.of(config) != nullptr, 20000);
        QCOMPARE(prices.of(config)->seconds, 2.0);
        prices.setProgram(folder.filePath(u"nothing-there"_s));
        config.model.layers = 3;
        prices.measure({config});
        QTRY_VERIFY_WITH_TIMEOUT(prices.of(config) != nullptr, 20000);
        QVERIFY(prices.of(config)->problem.contains(u"nothing-there"_s));
    }
    void theLadderIsTakenOverAsOneStepOfUndo()
    {
        QTemporaryDir folder;
        FakeEngineScript script;
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

private:
    /// A stand-in for mantissa-cli: a script that runs in the folder.
    static QString programThatSays(const QTemporaryDir& folder, const QString& script)
    {
        const QString name = folder.filePath(u"stand-in"_s);
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            return {};
        file.write((u"#!/bin/sh\ncd "_s + folder.path() + u"\n"_s + script + u"\n"_s).toUtf8());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return name;
    }
};

QTEST_MAIN(FitDialogTest)
#include "fit_dialog_test.moc"
