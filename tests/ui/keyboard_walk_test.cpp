// SPDX-License-Identifier: GPL-3.0-or-later
// Every page with the keyboard alone: Tab reaches all that takes keys and is never caught, and a screen
// reader has a name for it.

#include "tests/support/fake_engine.h"
#include "ui/example_run.h"
#include "ui/main_window.h"
#include "ui/pages/experiment_page.h"
#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QApplication>
#include <QSettings>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <set>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class KeyboardWalkTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_folder.path().toStdString());
        m_window->resize(1500, 950);
        const auto example = unpackExampleRun();
        QVERIFY(example.has_value());
        m_window->openRun(*example);
        m_window->compare({*example, example->parent_path() / "kjv-gpt-example-fp32"});
        QVERIFY(
            m_window->findChild<ExperimentPage*>(u"experiment"_s)->planNew({u"aggressive"_s}, 2).has_value());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->findChild<QToolButton*>(u"unfoldTraining"_s)->setChecked(true);
    }
    void tabReachesAllThatTakesKeys_data() { pages(); }
    void tabReachesAllThatTakesKeys()
    {
        QWidget* page = show();
        std::set<QWidget*> wanted;
        for (QWidget* widget : page->findChildren<QWidget*>())
            if (takesTab(widget))
                wanted.insert(widget);
        QVERIFY(!wanted.empty());
        (*wanted.begin())->setFocus(Qt::TabFocusReason);
        std::set<QWidget*> seen;
        for (int i = 0; i < 400 && seen.size() < wanted.size(); ++i) {
            QWidget* now = QApplication::focusWidget();
            QVERIFY(now);
            if (wanted.contains(now))
                seen.insert(now);
            QTest::keyClick(now, Qt::Key_Tab);
            QVERIFY2(
                QApplication::focusWidget() != now, qPrintable(now->objectName() + u" keeps the focus"_s));
        }
        for (QWidget* widget : wanted)
            QVERIFY2(seen.contains(widget),
                qPrintable(
                    QString::fromLatin1(widget->metaObject()->className()) + u" "_s + widget->objectName()));
    }
    void aScreenReaderHasANameForEverything_data() { pages(); }
    void aScreenReaderHasANameForEverything()
    {
        QWidget* page = show();
        QStringList nameless;
        for (QWidget* widget : page->findChildren<QWidget*>()) {
            if (!takesTab(widget))
                continue;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            if (!interface || interface->text(QAccessible::Name).trimmed().isEmpty())
                nameless << QString::fromLatin1(widget->metaObject()->className()) + u' '
                        + widget->objectName();
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u", "_s)));
    }

    void everyStopOfTabIsSeen_data() { pages(); }
    void everyStopOfTabIsSeen()
    {
        show();
        QCoreApplication::processEvents(); // layouts that wait
        QTest::keyClick(m_window.get(), Qt::Key_Tab);
        QWidget* first = QApplication::focusWidget();
        QVERIFY(first);
        QStringList unseen;
        std::set<QWidget*> seen;
        for (QWidget* now = first; now && seen.insert(now).second; now = QApplication::focusWidget()) {
            const QString name
                = QString::fromLatin1(now->metaObject()->className()) + u" \""_s + now->objectName() + u'"';
            const auto* area = qobject_cast<QAbstractScrollArea*>(now); // whose inside lies over it
            if (!now->isVisible() || (area ? area->viewport() : now)->visibleRegion().isEmpty()) {
                unseen << name + u" is not in view"_s;
                QTest::keyClick(now, Qt::Key_Tab);
                continue;
            }
            QCoreApplication::processEvents(); // what was scrolled to comes to rest
            const QRect place(now->mapTo(m_window.get(), QPoint(-frame, -frame)),
                now->size() + QSize(2 * frame, 2 * frame));
            const QImage with = m_window->grab(place).toImage();
            QTest::keyClick(now, Qt::Key_Tab);
            if (now->isVisible() && QApplication::focusWidget() != now
                && m_window->grab(place).toImage() == with)
                unseen << name + u" looks the same with the focus and without"_s;
        }
        QVERIFY2(unseen.isEmpty(), qPrintable(unseen.join(u"; "_s)));
    }
    void pagesHaveKeys()
    {
        auto* pages = m_window->findChild<QStackedWidget*>(u"pages"_s);
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget()->objectName(), u"numbers"_s);
        QTest::keyClick(m_window.get(), Qt::Key_7, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget()->objectName(), u"presets"_s);
        QTest::keyClick(m_window.get(), Qt::Key_Tab, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget()->objectName(), u"train"_s);
        QTest::keyClick(m_window.get(), Qt::Key_Tab, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(pages->currentWidget()->objectName(), u"presets"_s);
        auto* field = m_window->findChild<QWidget*>(u"layers"_s); // a field has no other use for them
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        field->setFocus();
        QTest::keyClick(field, Qt::Key_Tab, Qt::ControlModifier);
        QCOMPARE(pages->currentWidget()->objectName(), u"compare"_s);
    }

private:
    static constexpr int frame = 3; ///< pixels around a widget in which its focus may show
    static void pages()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"train", "compare", "numbers", "experiment", "report", "runs", "presets"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    QWidget* show()
    {
        QFETCH(const QString, name);
        m_window->showPage(name);
        return m_window->findChild<QStackedWidget*>(u"pages"_s)->currentWidget();
    }
    static bool takesTab(const QWidget* widget)
    {
        return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus)
            && !widget->focusProxy();
    }
    QTemporaryDir m_folder;
    FakeEngineScript m_script;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(KeyboardWalkTest)
#include "keyboard_walk_test.moc"
