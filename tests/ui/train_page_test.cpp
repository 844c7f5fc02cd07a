// SPDX-License-Identifier: GPL-3.0-or-later
// What the train page shows of a run, and how it makes room for it.

#include "ui/pages/train_page.h"

#include "core/base/units.h"
#include "core/evidence/quality_delta.h"
#include "tests/support/fake_engine.h"
#include "ui/example_run.h"
#include "ui/main_window.h"
#include "ui/pages/figures_bar.h"
#include "ui/pages/loss_card.h"
#include "ui/pages/setup_panel.h"
#include "ui/plot/phase_legend.h"
#include "ui/plot/plot_view.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

/// With a rate that falls, norms, and evaluations that are so much worse than a baseline's.
Run ranRun(double evaluationLoss, Precision compute)
{
    RunConfig config;
    config.choices.table = config.choices.table.with(Phase::Full, {.compute = compute});
    config.preset = "custom";
    Run run(config, {});
    run.apply(RunStarted{.tokensPerStep = 10, .device = "cpu: fake"});
    run.apply(SegmentStarted{.phase = Phase::Full, .plan = {.compute = compute}});
    for (int i = 0; i < 20; ++i)
        run.apply(StepDone{.tick = i,
            .step = i,
            .loss = 4.0 - 0.1 * i,
            .gradNorm = 1.0 + i,
            .learningRate = i < 10 ? 1e-3 : 1e-4,
            .seconds = 0.1});
    run.apply(Evaluated{.tick = 20,
        .step = 20,
        .trainedTokens = 200,
        .loss = evaluationLoss,
        .batchLosses = {evaluationLoss}});
    return run;
}

} // namespace

class TrainPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        loadFonts();
        applyTheme(ThemeChoice::Dark);
        const auto example = unpackExampleRun();
        QVERIFY(example.has_value());
        m_example = *example;
    }
    void init()
    {
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_folder.path().toStdString());
        m_window->resize(1600, 1000);
        m_window->show();
    }
    void cleanup() { m_window.reset(); }

    void whatOneLooksForIsATabOfTheLowerPlot_data()
    {
        QTest::addColumn<int>("tab");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("most");
        QTest::newRow("evaluation") << 2 << 2.0 << 2.0;
        QTest::newRow("gradient norm") << 3 << 1.0 << 20.0;
        QTest::newRow("learning rate") << 4 << 0.0 << 1e-3;
        QTest::newRow("throughput") << 5 << 100.0 << 100.0;
    }
    void whatOneLooksForIsATabOfTheLowerPlot()
    {
        QFETCH(const int, tab);
        QFETCH(const double, least);
        QFETCH(const double, most);
        m_window->session()->show(ranRun(2, Precision::Bf16));
        LossCard* card = m_window->trainPage()->lossCard();
        card->findChild<QTabBar*>(u"lossTabs"_s)->setCurrentIndex(tab);
        QVERIFY2(card->plot()->emptyText().isEmpty(), qPrintable(card->plot()->emptyText()));
        const auto [low, high] = card->plot()->reach();
        QVERIFY2(low <= least && high >= most, qPrintable(u"%1 to %2"_s.arg(low).arg(high)));
        QVERIFY2(high - low < 3 * std::max(most - least, most), qPrintable(u"%1 to %2"_s.arg(low).arg(high)));
    }
    void theTabThatWasChosenIsRemembered()
    {
        LossCard* card = m_window->trainPage()->lossCard();
        auto* tabs = card->findChild<QTabBar*>(u"lossTabs"_s);
        tabs->setCurrentIndex(4);
        const QVariantMap choices = m_window->trainPage()->choices();
        tabs->setCurrentIndex(0);
        m_window->trainPage()->setChoices(choices);
        QCOMPARE(tabs->currentIndex(), 4);
        m_window->trainPage()->setChoices({{u"tab"_s, 99}}); // of another version
        QCOMPARE(tabs->currentIndex(), 4);
        tabs->setCurrentIndex(0);
    }
    void theQualityAxisHasNoRoomForWhatWasNotMeasured()
    {
        m_window->openRun(m_example);
        QTRY_VERIFY(m_window->session()->baseline());
        LossCard* card = m_window->trainPage()->lossCard();
        const auto [low, high] = card->plot()->reach();
        QVERIFY(low < -claimedDeltaPercent && high > claimedDeltaPercent); // the limits are always in view
        const auto points = qualityDelta(m_window->session()->run(), *m_window->session()->baseline());
        double least = 0;
        for (const QualityPoint& point : points)
            least = std::min(
                least, point.deltaPercent - (point.overBatches ? point.overBatches->halfWidth : 0));
        QVERIFY(low > std::min(least, -1.2 * claimedDeltaPercent) - 0.2 * (high - low));
    }
    void aNarrowWindowFoldsTheSetUpWhileARunIsLookedAt()
    {
        auto* rail = m_window->findChild<QAbstractButton*>(u"setupRail"_s);
        SetupPanel* setup = m_window->trainPage()->setup();
        m_window->resize(1000, 700);
        QVERIFY(setup->isVisible() && !rail->isVisible()); // there is no run to look at yet
        m_window->openRun(m_example);
        QTRY_VERIFY(!setup->isVisible() && rail->isVisible());
        rail->setFocus();
        QTest::keyClick(rail, Qt::Key_Space);
        QVERIFY(setup->isVisible());
        QTest::keyClick(rail, Qt::Key_Space);
        QVERIFY(!setup->isVisible());
        m_window->resize(1600, 1000);
        QVERIFY(setup->isVisible() && !rail->isVisible());
    }
    void everyPageFitsASmallWindow_data()
    {
        QTest::addColumn<QString>("page");
        for (const char* page : {"train", "compare", "numbers", "experiment", "report", "runs", "presets"})
            QTest::newRow(page) << QString::fromLatin1(page);
    }
    void everyPageFitsASmallWindow()
    {
        QFETCH(const QString, page);
        m_window->openRun(m_example);
        m_window->compare({m_example, m_example.parent_path() / "kjv-gpt-example-fp32"});
        m_window->resize(1000, 700);
        m_window->showPage(page);
        for (auto* button : m_window->findChildren<QAbstractButton*>(u"experimentNew"_s))
            button->click();
        for (int round = 0; round < 3; ++round)
            QCoreApplication::processEvents();
        QCOMPARE(m_window->width(), 1000);
        QVERIFY2(m_window->minimumSizeHint().width() <= 1000,
            qPrintable(QString::number(m_window->minimumSizeHint().width())));
    }
    void noFigureIsCut_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("small") << QSize(1000, 700);
        QTest::newRow("large") << QSize(1600, 1000);
    }
    void noFigureIsCut()
    {
        QFETCH(const QSize, size);
        m_window->openRun(m_example);
        m_window->resize(size);
        QCoreApplication::processEvents();
        const auto labels = m_window->findChild<FiguresBar*>()->findChildren<QLabel*>(u"figure"_s);
        QCOMPARE(labels.size(), 5);
        for (const QLabel* label : labels)
            QVERIFY2(label->fontMetrics().horizontalAdvance(label->text()) <= label->contentsRect().width(),
                qPrintable(label->text()));
    }
    void qualityBeyondItsLimitIsRedAndSaysSo_data()
    {
        QTest::addColumn<double>("times");
        QTest::addColumn<bool>("isRed");
        QTest::newRow("as it was") << 1.0 << false;
        QTest::newRow("a tenth worse") << 1.1 << true;
        QTest::newRow("a tenth better") << 0.9 << false;
    }
    void qualityBeyondItsLimitIsRedAndSaysSo()
    {
        QFETCH(const double, times);
        QFETCH(const bool, isRed);
        QTemporaryDir runs;
        const std::filesystem::path own = std::filesystem::path(runs.path().toStdString()) / "own";
        std::filesystem::copy(m_example, own, std::filesystem::copy_options::recursive);
        const std::string baseline = "kjv-gpt-example-fp32";
        std::filesystem::copy(m_example.parent_path() / baseline, own.parent_path() / baseline,
            std::filesystem::copy_options::recursive);
        makeLosses(own / "events.jsonl", times);
        m_window->openRun(own);
        QTRY_VERIFY(m_window->session()->baseline());
        const auto* bar = m_window->findChild<FiguresBar*>();
        const auto* quality = bar->findChildren<QLabel*>(u"figure"_s).at(2);
        QCOMPARE(quality->styleSheet().contains(theme().bad.name()), isRed);
        const auto labels = bar->findChildren<QLabel*>();
        QCOMPARE(
            std::ranges::any_of(labels,
                [](const QLabel* label) { return label->text().contains(u"above the limit of 0.5 %"_s); }),
            isRed);
    }
    void whatACardReservesCountsAgainstItsBudget_data()
    {
        QTest::addColumn<std::int64_t>("reserved");
        QTest::addColumn<QString>("words");
        QTest::newRow("fits") << 6 * gibibyte << u"reserved 6.00 GiB, within the budget of 7.50 GiB"_s;
        QTest::newRow("does not") << 9 * gibibyte << u"reserved 9.00 GiB, over the budget of 7.50 GiB"_s;
    }
    void whatACardReservesCountsAgainstItsBudget()
    {
        QFETCH(const std::int64_t, reserved);
        QFETCH(const QString, words);
        RunConfig config;
        config.memory.device = "simulated:8GiB";
        Run run(config, {});
        run.apply(RunStarted{.tokensPerStep = 10, .device = "simulated"});
        run.apply(SegmentStarted{.phase = Phase::Full});
        StepDone step{.loss = 4, .learningRate = 1};
        step.memory.devicePeak.at(MemoryClass::Weights) = gibibyte; // that alone would fit
        step.memory.deviceReservedPeak = reserved;
        run.apply(step);
        m_window->session()->show(std::move(run));
        const auto labels = m_window->findChild<FiguresBar*>()->findChildren<QLabel*>();
        QVERIFY2(
            std::ranges::any_of(labels, [&](const QLabel* label) { return label->text().startsWith(words); }),
            qPrintable(m_window->findChild<FiguresBar*>()->findChildren<QLabel*>().at(2)->text()));
        QCOMPARE(m_window->findChild<FiguresBar*>()
                     ->findChild<QLabel*>(u"figure"_s)
                     ->styleSheet()
                     .contains(theme().bad.name()),
            reserved > 7 * gibibyte);
    }
    void theColoursOfPhasesAreExplained()
    {
        m_window->openRun(m_example);
        auto* legend = m_window->findChild<PhaseLegend*>();
        QVERIFY(legend->isVisible());
        QVERIFY(legend->accessibleDescription().contains(u"Predict"_s));
        for (const int width : {1000, 1280, 1600}) { // in one row or in two
            m_window->resize(width, 800);
            QCoreApplication::processEvents();
            QVERIFY(legend->width() >= legend->minimumSizeHint().width());
            QVERIFY(legend->height() >= legend->minimumSizeHint().height());
        }
    }
    void aMessageStaysWhileARunTrains()
    {
        RunConfig config;
        config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
        m_window->startTraining(config);
        auto* session = m_window->session();
        QSignalSpy rows(session, &RunSession::rowsAppended);
        QVERIFY(rows.wait(60'000));
        Q_EMIT m_window->trainPage()->setup()->refused(u"something to read"_s);
        QVERIFY(rows.wait(60'000));
        const auto all = m_window->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(
            all, [](const QLabel* label) { return label->text() == u"something to read"_s; }));
        QSignalSpy ended(session, &RunSession::ended);
        session->stop();
        QVERIFY(ended.wait(60'000));
    }

private:
    /// Multiplies the losses of a log's evaluations.
    static void makeLosses(const std::filesystem::path& log, double times)
    {
        QFile file(log);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        file.close();
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const QByteArray& line : lines) {
            QJsonObject event = QJsonDocument::fromJson(line).object();
            if (event[u"event"_s] == u"evaluated"_s) {
                event[u"loss"_s] = event[u"loss"_s].toDouble() * times;
                QJsonArray batches;
                for (const auto loss : event[u"batch_losses"_s].toArray())
                    batches.append(loss.toDouble() * times);
                event[u"batch_losses"_s] = batches;
                file.write(QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n');
            } else if (!line.isEmpty()) {
                file.write(line + '\n');
            }
        }
    }
    QTemporaryDir m_folder;
    std::filesystem::path m_example{};
    FakeEngineScript m_script;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TrainPageTest)
#include "train_page_test.moc"
