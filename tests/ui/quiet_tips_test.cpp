// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/quiet_tips.h"

#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>
#include <QToolTip>

using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// As if the pointer had stayed there for a while.
void stayAt(QWidget* widget, const QPoint& at)
{
    QHelpEvent help(QEvent::ToolTip, at, widget->mapToGlobal(at));
    QApplication::sendEvent(widget, &help);
}

QWidget* tip()
{
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (widget->inherits("QTipLabel") && widget->isVisible())
            return widget;
    return nullptr;
}

} // namespace

class QuietTipsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qApp->installEventFilter(new QuietTips(this)); }
    void cleanup()
    {
        QToolTip::hideText();
        QTRY_VERIFY(!tip());
    }
    void aTipStandsBelowWhatItExplains()
    {
        QLabel label(u"width"_s);
        label.setGeometry(100, 100, 80, 24);
        label.setToolTip(u"Of the residual stream"_s);
        label.show();
        stayAt(&label, {40, 4});
        QVERIFY(tip());
        QCOMPARE(QToolTip::text(), label.toolTip());
        QVERIFY(tip()->geometry().top() > label.mapToGlobal(label.rect().bottomLeft()).y());
        QVERIFY(tip()->geometry().left() <= label.mapToGlobal(label.rect().center()).x());
    }
    void longOnesAreBrokenIntoLines()
    {
        QLabel label;
        label.setGeometry(100, 100, 80, 24);
        label.setToolTip(u"a word < another "_s.repeated(20));
        label.show();
        stayAt(&label, {4, 4});
        QVERIFY(tip());
        QVERIFY2(tip()->width() < 600, qPrintable(QString::number(tip()->width())));
        QVERIFY(QToolTip::text().contains(u"&lt;"_s)); // its words are words, and no HTML
    }
    void whoHasTipsOfItsOwnIsAsked()
    {
        QLabel label(u"width"_s);
        label.setGeometry(100, 100, 80, 24);
        label.setToolTip(u"not this one"_s);
        label.setProperty(ownTips, true);
        QuietTips tips;
        QHelpEvent help(QEvent::ToolTip, {4, 4}, label.mapToGlobal(QPoint(4, 4)));
        label.installEventFilter(&tips);
        label.show();
        QApplication::sendEvent(&label, &help); // goes on to the label, which shows it where the pointer is
        QVERIFY(!tip() || tip()->geometry().top() != label.mapToGlobal(QPoint(0, label.height() + 2)).y());
    }
    void aCellHasTheTipOfItsModelBelowTheCell()
    {
        QStandardItemModel model(3, 1);
        model.setData(model.index(1, 0), u"the second"_s, Qt::ToolTipRole);
        QTableView view;
        view.setModel(&model);
        view.resize(300, 200);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const QRect cell = view.visualRect(model.index(1, 0));
        stayAt(view.viewport(), cell.center());
        QVERIFY(tip());
        QCOMPARE(QToolTip::text(), u"the second"_s);
        QVERIFY(tip()->geometry().top() > view.viewport()->mapToGlobal(cell.bottomLeft()).y());
        QToolTip::hideText();
        QTRY_VERIFY(!tip());
        stayAt(view.viewport(), view.visualRect(model.index(0, 0)).center()); // nothing to say
        QVERIFY(!tip());
    }
};

QTEST_MAIN(QuietTipsTest)
#include "quiet_tips_test.moc"
