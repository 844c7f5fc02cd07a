// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/guide_dialog.h"

#include "ui/theme/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollBar>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>

using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class GuideDialogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { loadFonts(); }
    void init()
    {
        applyTheme(ThemeChoice::Light);
        m_guide = new GuideDialog(nullptr);
        m_guide->show();
        QVERIFY(QTest::qWaitForWindowActive(m_guide));
        m_text = m_guide->findChild<QTextBrowser*>();
        m_search = m_guide->findChild<QLineEdit*>(u"guideSearch"_s);
    }
    void cleanup() { delete m_guide; }

    void headingsLeadToTheirPlaces()
    {
        auto* headings = m_guide->findChild<QListWidget*>(u"headings"_s);
        QVERIFY(headings->count() > 10);
        QCOMPARE(m_text->verticalScrollBar()->value(), 0);
        headings->setFocus();
        QTest::keyClick(headings, Qt::Key_End);
        QVERIFY(m_text->verticalScrollBar()->value() > 500);
    }
    void picturesHaveTheColoursOfTheTheme()
    {
        for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
            applyTheme(choice);
            int pictures = 0;
            for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next())
                for (auto at = block.begin(); !at.atEnd(); ++at) {
                    const QTextImageFormat format = at.fragment().charFormat().toImageFormat();
                    if (!format.isValid())
                        continue;
                    const auto picture
                        = m_text->document()->resource(QTextDocument::ImageResource, QUrl(format.name()));
                    const auto image = picture.value<QImage>();
                    QVERIFY2(!image.isNull(), qPrintable(format.name()));
                    QVERIFY2((image.pixelColor(2, 2).lightness() < 128) == theme().isDark,
                        qPrintable(format.name()));
                    ++pictures;
                }
            QVERIFY(pictures == 5);
        }
    }
    void wordsAreFoundOneAfterTheOtherAndAroundTheEnd()
    {
        auto* count = m_guide->findChild<QLabel*>(u"muted"_s);
        QVERIFY(!count->isVisible());
        QTest::keyClick(m_guide, Qt::Key_F, Qt::ControlModifier);
        QVERIFY(m_search->hasFocus());
        QTest::keyClicks(m_search, u"loss scale"_s);
        const auto marks = static_cast<int>(m_text->extraSelections().size());
        QVERIFY(marks > 1);
        QCOMPARE(count->text(), u"1 of %1"_s.arg(marks));
        QVERIFY(m_text->verticalScrollBar()->value() > 0);
        const int first = m_text->textCursor().position();
        QTest::keyClick(m_search, Qt::Key_Return);
        QVERIFY(m_text->textCursor().position() > first);
        QCOMPARE(m_text->textCursor().selectedText().toLower(), u"loss scale"_s);
        QTest::keyClick(m_search, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClick(m_search, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(count->text(), u"%1 of %1"_s.arg(marks));
        QVERIFY(m_guide->isVisible()); // Return is of the search, not of the dialog
        QTest::keyClicks(m_search, u"xyzzy"_s);
        QCOMPARE(count->text(), u"not found"_s);
        m_search->clear();
        QVERIFY(!count->isVisible());
        QVERIFY(m_text->extraSelections().isEmpty());
    }

private:
    GuideDialog* m_guide = nullptr;
    QTextBrowser* m_text = nullptr;
    QLineEdit* m_search = nullptr;
};

QTEST_MAIN(GuideDialogTest)
#include "guide_dialog_test.moc"
