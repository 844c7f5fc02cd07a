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
    void onlyWhatThisVersionCanDoIsEditable()
    {
        QUndoStack undo;
        PrecisionTableModel model(&undo, nullptr);
        QVERIFY(model.flags(model.index(0, PrecisionTableModel::Moments)).testFlag(Qt::ItemIsEditable));
        QVERIFY(!model.flags(model.index(0, PrecisionTableModel::Weights)).testFlag(Qt::ItemIsEditable));
    }
};

QTEST_MAIN(PrecisionTableModelTest)
#include "precision_table_model_test.moc"
