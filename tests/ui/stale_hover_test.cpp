// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/stale_hover.h"

#include <QApplication>
#include <QCursor>
#include <QMenu>
#include <QPushButton>
#include <QTest>

using namespace mantissa::ui;

class StaleHoverTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aButtonIsLeftWhenItsMenuClosesElsewhere()
    {
        qApp->installEventFilter(new StaleHover(this));
        QPushButton button;
        button.setGeometry(100, 100, 80, 30);
        button.show();
        QVERIFY(QTest::qWaitForWindowExposed(&button));
        button.setAttribute(Qt::WA_UnderMouse); // as the pointer that opened the menu has left it
        QCursor::setPos(button.mapToGlobal(QPoint(300, 300)));
        QMenu menu;
        menu.addAction(QStringLiteral("entry"));
        menu.popup(button.mapToGlobal(QPoint(0, 30)));
        QVERIFY(QTest::qWaitForWindowExposed(&menu));
        QVERIFY(button.underMouse());
        menu.close();
        QTRY_VERIFY(!button.underMouse());
        button.setAttribute(Qt::WA_UnderMouse);
        QCursor::setPos(button.mapToGlobal(QPoint(10, 10)));
        menu.popup(button.mapToGlobal(QPoint(0, 30)));
        QVERIFY(QTest::qWaitForWindowExposed(&menu));
        menu.close();
        QTest::qWait(50);
        QVERIFY(button.underMouse()); // it still is
    }
};

QTEST_MAIN(StaleHoverTest)
#include "stale_hover_test.moc"
