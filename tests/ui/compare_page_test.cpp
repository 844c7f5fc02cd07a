// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "ui/plot/end_labels.h"
#include "ui/theme/theme.h"

#include <QGraphicsSimpleTextItem>
#include <QGraphicsView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class ComparePageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        loadFonts();
        applyTheme(ThemeChoice::Dark);
    }
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void withoutRunsThePageSaysWhatToDoAndLeadsThere()
    {
        ComparePage page(nullptr);
        page.resize(1000, 700);
        page.show();
        auto* choose = page.findChild<QPushButton*>(u"chooseRuns"_s);
        QVERIFY(choose->isVisible());
        QSignalSpy asked(&page, &ComparePage::runsRequested);
        QTest::keyClick(choose, Qt::Key_Space);
        QCOMPARE(asked.count(), 1);
        page.showRuns({"/nowhere"});
        QVERIFY(choose->isVisible());
        QVERIFY(page.findChild<QLabel*>(u"problem"_s)->text().contains(u"/nowhere"_s));
        page.showRuns({runOf("a", 5), runOf("b", 7)});
        QVERIFY(!choose->isVisible());
    }
    void everyLineWearsItsNameAtItsRightEnd()
    {
        ComparePage page(nullptr);
        page.resize(1400, 900);
        page.show();
        const auto a = runOf("first", 500);
        const auto b = runOf("second", 510);
        page.showRuns({a, b});
        QCoreApplication::processEvents();
        QStringList names;
        const auto* view = page.findChildren<QGraphicsView*>().front(); // device memory
        std::vector<double> heights;
        for (const QGraphicsItem* item : view->items())
            if (const auto* label = qgraphicsitem_cast<const QGraphicsSimpleTextItem*>(item)) {
                names << label->toolTip();
                heights.push_back(label->scenePos().y());
                QVERIFY(label->sceneBoundingRect().left() > view->width() / 2.0);
                QVERIFY(view->sceneRect().contains(label->sceneBoundingRect()));
            }
        names.sort();
        QStringList expected{QString::fromStdString(a.filename().string()), QString::fromStdString(b.filename().string())};
        expected.sort();
        QCOMPARE(names, expected);
        QVERIFY(std::abs(heights[0] - heights[1]) >= 14); // the lines end close together, their names do not
    }
    void namesAreMovedApartAndStayInside()
    {
        const auto heights = spreadApart({50, 50, 52, 199}, 15, 0, 200);
        QCOMPARE(heights, (std::vector<double>{50, 65, 80, 199}));
        const auto atTheEdge = spreadApart({198, 199, 3}, 15, 10, 200);
        QCOMPARE(atTheEdge, (std::vector<double>{185, 200, 10}));
    }

private:
    std::filesystem::path runOf(const std::string& name, std::int64_t bytes)
    {
        RunConfig config;
        config.name = name;
        const auto folder = *createRunFolder(m_dir->path().toStdString(), config);
        RunLog log;
        if (!log.open(folder / "events.jsonl"))
            qFatal("the log does not open");
        bool written = bool(log.append(RunStarted{.tokensPerStep = 1})) && log.append(SegmentStarted{});
        for (std::int64_t tick = 0; tick < 20; ++tick) {
            StepDone step{.tick = tick, .step = tick};
            step.memory.devicePeak.at(MemoryClass::Weights) = bytes;
            written = written && log.append(step);
        }
        return written ? folder : std::filesystem::path{};
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
