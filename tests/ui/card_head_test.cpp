// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/card_head.h"
#include "ui/plot/class_legend.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class CardHeadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void everyClassIsInsideTheLegendAtAnyWidth()
    {
        const ClassLegend legend(nullptr);
        for (int width = legend.oneRowWidth() + 200; width >= legend.minimumSizeHint().width(); width -= 7) {
            const QRect whole(0, 0, width, legend.heightForWidth(width));
            const auto entries = legend.entriesFor(width);
            for (std::size_t i = 0; i < entries.size(); ++i) {
                QVERIFY2(whole.contains(entries[i]), qPrintable(QString::number(width)));
                for (std::size_t k = 0; k < i; ++k)
                    QVERIFY(!entries[i].intersects(entries[k]));
            }
        }
        QCOMPARE(legend.heightForWidth(legend.oneRowWidth()), legend.sizeHint().height());
    }
    void aNarrowHeadKeepsItsLegendWhole_data()
    {
        QTest::addColumn<int>("width");
        for (const int width : {1200, 922, 700, 560, 420}) // 922: the card of a window 1366 pixels wide
            QTest::addRow("%d px", width) << width;
    }
    void aNarrowHeadKeepsItsLegendWhole()
    {
        QFETCH(const int, width);
        auto* legend = new ClassLegend(nullptr);
        CardHead head(u"Device memory by class"_s,
            u"measured; a caption that says a good deal about what a pixel stands for"_s, legend, nullptr);
        head.resize(width, head.heightForWidth(width));
        head.show();
        QVERIFY(head.rect().contains(legend->geometry()));
        QVERIFY(legend->height() >= legend->heightForWidth(legend->width()));
        for (const QLabel* label : head.findChildren<QLabel*>())
            QVERIFY(!label->geometry().intersects(legend->geometry()));
    }
    void aCaptionThatDoesNotFitIsWholeInItsTooltip()
    {
        CardHead head(u"Phases"_s, {}, nullptr, nullptr);
        head.resize(200, 40);
        head.setCaption(u"a caption that is far too long for two hundred pixels of width"_s);
        const auto labels = head.findChildren<QLabel*>(u"caption"_s);
        QVERIFY(labels.front()->text().endsWith(u"…"));
        QCOMPARE(labels.front()->toolTip(), head.caption());
    }
};

QTEST_MAIN(CardHeadTest)
#include "card_head_test.moc"
