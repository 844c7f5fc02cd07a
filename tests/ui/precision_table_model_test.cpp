// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/precision_table_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class PrecisionTableModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEditChangesOneCellAndUndoTakesItBack()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        const QAbstractItemModelTester tester(&model);
        QSignalSpy edited(&model, &PrecisionTableModel::edited);
        const QModelIndex cell = model.index(1, PrecisionTableModel::Compute);
        QCOMPARE(cell.data().toString(), u"FP32"_s);
        QVERIFY(model.setData(cell, u"bf16"_s, Qt::EditRole));
        QCOMPARE(cell.data().toString(), u"BF16"_s);
        QVERIFY(model.table().at(Phase::Full).compute == Precision::Bf16);
        undo.undo();
        QVERIFY(model.table() == PrecisionTable{});
        QCOMPARE(edited.count(), 2);
    }
    void autoShowsWhatItResolvesTo()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        const QModelIndex predict = model.index(2, PrecisionTableModel::Compute);
        QCOMPARE(predict.data().toString(), u"BF16"_s);
        QCOMPARE(predict.data(PrecisionTableModel::ChoiceRole).toString(), u"auto"_s);
    }
    void nonsenseIsNotTaken()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        QVERIFY(!model.setData(model.index(0, 0), u"fp64"_s, Qt::EditRole));
        QVERIFY(!model.setData({}, u"bf16"_s, Qt::EditRole));
        QCOMPARE(undo.count(), 0);
    }
    void aCellIsPendingUntilTheRunConfirmsIt()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        model.setConfirmed(PrecisionTable{});
        const QModelIndex cell = model.index(2, PrecisionTableModel::Compute);
        QVERIFY(!cell.data(PrecisionTableModel::PendingRole).toBool());
        model.setData(cell, u"fp16"_s, Qt::EditRole);
        QVERIFY(cell.data(PrecisionTableModel::PendingRole).toBool());
        model.setConfirmed(model.table());
        QVERIFY(!cell.data(PrecisionTableModel::PendingRole).toBool());
    }
    void aSettingIsNamedAsTheTableNamesIt()
    {
        QCOMPARE(PrecisionTableModel::settingText("precision.phases.full.activations=recompute"),
            u"Full · Activations: recompute"_s);
        for (const char* other : {"optimizer.moments=fp32", "precision.phases.lunch.compute=bf16",
                 "precision.phases.full.taste=x", "precision.phases", ""})
            QCOMPARE(PrecisionTableModel::settingText(other), QString::fromLatin1(other));
    }
    void everyChoiceThatIsOfferedIsTaken()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex cell = model.index(1, column);
            QVERIFY(cell.flags().testFlag(Qt::ItemIsEditable));
            for (const QString& choice : cell.data(PrecisionTableModel::ChoicesRole).toStringList()) {
                QVERIFY2(model.setData(cell, choice, Qt::EditRole), qPrintable(choice));
                QCOMPARE(cell.data(PrecisionTableModel::ChoiceRole).toString(), choice);
            }
        }
    }
    void aCellThatCannotBeTakenLeavesAllOthers()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        const QString problem = model.editCells(
            {{0, PrecisionTableModel::Compute, u"bf16"_s}, {1, PrecisionTableModel::Moments, u"tape"_s}}, {});
        QVERIFY2(problem.contains(u"'tape' is no choice for Moments in Full; expected device, host, disk"),
            qPrintable(problem));
        QVERIFY(model.table() == PrecisionTable{});
    }
};

QTEST_MAIN(PrecisionTableModelTest)
#include "precision_table_model_test.moc"
