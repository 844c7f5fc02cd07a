// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "core/base/file.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"
#include "ui/pages/run_picker.h"
#include "ui/plot/end_labels.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QGraphicsSimpleTextItem>
#include <QGraphicsView>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class ComparePageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
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
    void whatIsTickedWhileLongLogsAreReadIsNotForgotten()
    {
        ComparePage page(nullptr);
        page.setLongLogs(0);
        page.show();
        const auto a = runOf("a", 5);
        const auto b = runOf("b", 7);
        auto* picker = page.findChild<RunPicker*>();
        Q_EMIT picker->ticked(a, true);
        Q_EMIT picker->ticked(b, true); // before the first is there
        QTRY_COMPARE_WITH_TIMEOUT(page.folders(), (std::vector{a, b}), 60'000);
        QCOMPARE(picker->text(), u"Runs: 2"_s);
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
        QStringList expected{
            QString::fromStdString(a.filename().string()), QString::fromStdString(b.filename().string())};
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
    void thePinnedBaselineComesToWhateverIsComparedNext()
    {
        ComparePage page(nullptr);
        page.resize(1200, 800);
        page.show();
        const auto a = runOf("a", 500);
        const auto b = runOf("b", 600);
        const auto c = runOf("c", 700);
        page.showRuns({a, b});
        choose(page, u"baseline"_s, 2); // b
        auto* pin = page.findChild<QToolButton*>(u"pin"_s);
        QTest::mouseClick(pin, Qt::LeftButton);
        QVERIFY(pin->isChecked());
        page.showRuns({a, c});
        QCOMPARE(page.folders(), (std::vector<std::filesystem::path>{a, c, b}));
        QCOMPARE(page.findChild<QComboBox*>(u"baseline"_s)->currentIndex(), 3);
        QVERIFY(pin->isChecked());
        QTest::mouseClick(pin, Qt::LeftButton);
        page.showRuns({a, c});
        QCOMPARE(page.folders().size(), std::size_t{2});
    }
    void aRunThatGoesOnIsReadAgainWhenThePageIsShown()
    {
        ComparePage page(nullptr);
        page.resize(1200, 800);
        page.show();
        const auto a = runOf("a", 500);
        const auto b = runOf("b", 600);
        page.showRuns({a, b});
        const auto hasWord = [&](const QString& word) {
            const auto labels = page.findChildren<QLabel*>();
            return std::ranges::any_of(
                labels, [&](const QLabel* label) { return label->text().contains(word); });
        };
        QVERIFY(hasWord(u"is not finished: step 20 of"_s));
        choose(page, u"baseline"_s, 2);
        page.hide();
        for (const auto& folder : {a, b}) {
            RunLog log;
            QVERIFY(log.open(folder / "events.jsonl"));
            QVERIFY(log.append(RunEnded{.tick = 20, .step = 20}));
        }
        page.show();
        QVERIFY(!hasWord(u"is not finished"_s));
        QCOMPARE(page.findChild<QComboBox*>(u"baseline"_s)->currentIndex(), 2); // as it was chosen
    }
    void longLogsAreReadOnAThreadOfTheirOwn()
    {
        ComparePage page(nullptr);
        page.resize(1200, 800);
        page.show();
        page.setLongLogs(0);
        const auto a = runOf("a", 500);
        const auto b = runOf("b", 600);
        page.showRuns({a, b});
        QVERIFY(page.folders().empty()); // nothing was read on this thread
        QTRY_COMPARE_WITH_TIMEOUT(page.folders().size(), std::size_t{2}, 60'000);
        auto* baseline = page.findChild<QComboBox*>(u"baseline"_s);
        choose(page, u"baseline"_s, 2);
        page.hide();
        RunLog log;
        QVERIFY(log.open(a / "events.jsonl"));
        QVERIFY(log.append(RunEnded{.tick = 20, .step = 20}));
        page.show();
        QCOMPARE(page.folders().size(), std::size_t{2}); // what was known stays until more is
        const auto unfinished = [&] {
            int count = 0;
            for (const QLabel* label : page.findChildren<QLabel*>())
                count += static_cast<int>(label->text().count(u"is not finished"_s));
            return count;
        };
        QTRY_COMPARE_WITH_TIMEOUT(unfinished(), 1, 60'000);
        QCOMPARE(baseline->currentIndex(), 2);
    }
    void theChosenBaselineStaysWhenOtherRunsAreTicked()
    {
        ComparePage page(nullptr);
        page.resize(1200, 800);
        page.show();
        const auto a = runOf("a", 500);
        const auto b = runOf("b", 600);
        const auto c = runOf("c", 700);
        page.showRuns({a, b, c});
        const auto* baseline = page.findChild<QComboBox*>(u"baseline"_s);
        choose(page, u"baseline"_s, 3);
        auto* picker = page.findChild<RunPicker*>();
        Q_EMIT picker->ticked(placeOf(a), false);
        QCOMPARE(page.folders(), (std::vector{b, c}));
        QCOMPARE(baseline->currentIndex(), 2); // c
        choose(page, u"baseline"_s, 0);
        Q_EMIT picker->ticked(placeOf(a), true);
        QCOMPARE(baseline->currentIndex(), 0); // none, as it was chosen
    }
    void aRunThatWasUntickedDoesNotComeBackByItself()
    {
        ComparePage page(nullptr);
        page.resize(1200, 800);
        const auto a = runOf("a", 500);
        const auto b = runOf("b", 600);
        page.showRuns({a, b});
        page.offerRuns({a});
        page.show();
        Q_EMIT page.findChild<RunPicker*>()->ticked(placeOf(a), false);
        page.hide();
        page.show();
        QCOMPARE(page.folders(), std::vector{b});
        page.offerRuns({a}); // opened again
        page.hide();
        page.show();
        QCOMPARE(page.folders(), (std::vector{a, b}));
    }
    void onlyWhatDiffersIsInTheTableOfConfigs()
    {
        ComparePage page(nullptr);
        page.show();
        page.showRuns({runOf("a", 500), runOf("b", 500, 7)});
        page.findChild<QTabBar*>(u"compareTables"_s)->setCurrentIndex(1);
        const auto* model = page.findChild<QTableView*>(u"compareTable"_s)->model();
        QStringList keys;
        for (int row = 0; row < model->rowCount(); ++row)
            keys << model->index(row, 0).data().toString();
        QCOMPARE(keys, (QStringList{u"name"_s, u"training.seed"_s}));
        page.findChild<QTabBar*>(u"compareTables"_s)->setCurrentIndex(2);
        const auto* peaks = page.findChild<QTableView*>(u"compareTable"_s)->model();
        QCOMPARE(peaks->index(peaks->rowCount() - 1, 1).data().toString(), u"500 B"_s);
    }
    void repeatsOfOtherSeedsAreOneLine()
    {
        ComparePage page(nullptr);
        page.resize(1400, 900);
        page.show();
        page.showRuns({runOf("a", 500, 1), runOf("b", 520, 2), runOf("c", 540, 3)});
        QCoreApplication::processEvents();
        QStringList names;
        for (const QGraphicsItem* item : page.findChildren<QGraphicsView*>().front()->items())
            if (const auto* label = qgraphicsitem_cast<const QGraphicsSimpleTextItem*>(item))
                names << label->toolTip();
        QCOMPARE(names.size(), 1);
        QVERIFY2(names.front().endsWith(u"× 3 seeds"_s), qPrintable(names.front()));
    }
    void theAxisCanBeStepsTokensOrTime()
    {
        ComparePage page(nullptr);
        page.resize(1400, 900);
        page.show();
        page.showRuns({runOf("a", 500), runOf("b", 600)});
        for (int unit = 0; unit < 4; ++unit)
            for (int lines = 0; lines < 2; ++lines) {
                choose(page, u"compareAxis"_s, unit);
                choose(page, u"compareLines"_s, lines);
                QCOMPARE(page.findChildren<QGraphicsView*>().size(), 4);
                QVERIFY(!page.grab().isNull());
            }
    }

private:
    static void choose(ComparePage& page, const QString& box, int index)
    {
        auto* chosen = page.findChild<QComboBox*>(box);
        chosen->setCurrentIndex(index);
        Q_EMIT chosen->activated(index);
    }
    std::filesystem::path runOf(const std::string& name, std::int64_t bytes, std::int64_t seed = 1337)
    {
        RunConfig config;
        config.name = name;
        config.training.seed = seed;
        const auto folder = *createRunFolder(m_dir->path().toStdString(), config);
        RunLog log;
        if (!log.open(folder / "events.jsonl"))
            qFatal("the log does not open");
        bool written = bool(log.append(RunStarted{.tokensPerStep = 1})) && log.append(SegmentStarted{});
        for (std::int64_t tick = 0; tick < 20; ++tick) {
            StepDone step{.tick = tick, .step = tick, .loss = 2, .learningRate = 1, .seconds = 1};
            step.memory.devicePeak.at(MemoryClass::Weights) = bytes;
            written = written && log.append(step);
        }
        return written ? folder : std::filesystem::path{};
    }
    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
