// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/output/chart_registry.h"
#include "core/output/svg.h"
#include "core/record/run_store.h"
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/pages/paper_view.h"
#include "ui/paper_table.h"
#include "ui/report_pages.h"
#include "ui/run_export.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class ReportPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
        applyTheme(ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(fakeFactory(m_script), m_dir.path().toStdString());
        m_window->resize(1366, 800);
        QSignalSpy ended(m_window->session(), &RunSession::ended);
        RunConfig config;
        config.training = {.maxSteps = 300, .evalInterval = 50, .saveInterval = 0};
        m_window->startTraining(config);
        QVERIFY(ended.wait(60'000));
        m_window->show();
    }
    void thePreviewShowsTheFactsOfTheRun()
    {
        QVERIFY(m_window->showPage(u"report"_s));
        auto* paper = m_window->findChild<PaperView*>();
        QVERIFY(paper->minimumHeight() > 800); // a sheet at least
        QVERIFY(paper->accessibleDescription().contains(u"Peak by phase and class"_s));
        int inked = 0; // charts and words are there
        const QImage picture = paper->grab().toImage();
        for (int y = 0; y < picture.height(); y += 3)
            for (int x = 0; x < picture.width(); x += 3)
                inked += picture.pixelColor(x, y) == theme().of(MemoryClass::Moments) ? 1 : 0;
        QVERIFY2(inked > 500, qPrintable(QString::number(inked)));
    }
    void eachSheetHoldsWhatItIsGiven()
    {
        const ReportPages pages(input());
        QVERIFY(pages.count() >= 2);
        for (int page = 0; page < pages.count(); ++page) {
            QImage sheet(ReportPages::sheet.toSize(), QImage::Format_RGB32);
            sheet.fill(Qt::red);
            QPainter painter(&sheet);
            pages.paint(painter, page);
            painter.end();
            for (int x = 0; x < sheet.width(); ++x) // nothing runs over the edge
                QCOMPARE(sheet.pixelColor(x, 20), QColor(Qt::white));
        }
    }
    void longHeadersBreakIntoLinesAndAreNotCut()
    {
        ReportTable table{.title = "Numbers",
            .header = {"Group", "Elements", "Weights held as", "Updates lost in BF16",
                "Effective descent, BF16", "Updates lost in FP16", "SQNR BF16 (dB)", "Gradients below FP16",
                "Update / weight, median", "99 %"},
            .rows = {{"attention", "1,572,864", "fp32", "12.5 %", "0.987", "0.3 %", "51.2", "1.1 %",
                "0.00012", "0.0034"}}};
        const PaperTable paper(table, 505, 40);
        QVERIFY2(paper.pixels() >= 7, qPrintable(QString::number(paper.pixels())));
        QVERIFY(paper.rowHeight(0) > 1.8 * paper.rowHeight(1));
        double sum = 0;
        for (std::size_t c = 0; c < table.header.size(); ++c) {
            sum += paper.columnWidth(c);
            for (const QString& word : paper.row(0)[static_cast<qsizetype>(c)].split(u' '))
                QVERIFY2(QFontMetricsF(paper::fontOf(paper.pixels(), true)).horizontalAdvance(word)
                        < paper.columnWidth(c),
                    qPrintable(word));
        }
        QVERIFY(sum <= 505.5);
        table.header
            = {"Source", "Files", "Bytes", "SHA-256", "Samples", "Tokens", "For evaluation", "Share"};
        table.rows
            = {{"/usr/share/text", "1", "35,149", std::string(64, '7'), "988", "31,634", "3,515", "10.0 %"}};
        const PaperTable digest(table, 505, 40);
        QVERIFY2(digest.pixels() == 8 && digest.rowHeight(1) > 2 * digest.pixels(), "a digest breaks");
        table.header = {"Step", "Loss"}; // one line where there is room
        table.rows = {{"1", "2"}};
        const PaperTable small(table, 505, 40);
        QVERIFY(small.rowHeight(0) < 1.3 * small.rowHeight(1));
    }
    void noSheetIsLeftHalfEmpty()
    {
        const ReportPages pages(input());
        for (int page = 0; page + 1 < pages.count(); ++page)
            QVERIFY2(pages.filled(page) > 0.7, qPrintable(u"%1: %2"_s.arg(page).arg(pages.filled(page))));
        QVERIFY2(pages.filled(pages.count() - 1) > 0.1, "a last sheet of two lines");
    }
    void everyKindOfFileIsWritten_data()
    {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QByteArray>("beginning");
        QTest::newRow("pdf") << u"pdf"_s << QByteArray("%PDF-1.");
        QTest::newRow("html") << u"html"_s << QByteArray("<!DOCTYPE html>");
        QTest::newRow("md") << u"md"_s << QByteArray("# ");
        QTest::newRow("csv") << u"csv"_s << QByteArray("tick,step,kind");
    }
    void everyKindOfFileIsWritten()
    {
        QFETCH(const QString, ending);
        QFETCH(const QByteArray, beginning);
        const QString path = m_dir.filePath(u"report."_s % ending);
        QVERIFY2(writeReport(input(), path).startsWith(u"written"), qPrintable(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.read(100).toLower().startsWith(beginning.toLower()), beginning.constData());
        QVERIFY(file.size() > 1000);
        QVERIFY(!writeReport(input(), u"/nowhere/report."_s % ending).startsWith(u"written"));
    }
    void aChartIsWrittenAsVectorsOrAsPicture()
    {
        const std::string svg
            = chartSvg(*allCharts().front().build(chartInput(m_window->session()->run(), nullptr)));
        QVERIFY(writeChart(svg, m_dir.filePath(u"chart.svg"_s)).startsWith(u"written"));
        QFile file(m_dir.filePath(u"chart.svg"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(!text.contains("var(")); // any viewer can draw it
        QVERIFY(text.contains("fill=\"#217c45\""));
        QVERIFY(writeChart(svg, m_dir.filePath(u"chart.png"_s)).startsWith(u"written"));
        const QImage picture(m_dir.filePath(u"chart.png"_s));
        QCOMPARE(picture.width(), 1920);
        int moments = 0;
        for (int x = 0; x < picture.width(); x += 4)
            for (int y = 0; y < picture.height(); y += 4)
                moments += picture.pixelColor(x, y) == QColor(0x217c45) ? 1 : 0;
        QVERIFY(moments > 1000);
    }
    void theReportIsCopiedAsMarkdown()
    {
        QVERIFY(m_window->showPage(u"report"_s));
        QTest::mouseClick(m_window->findChild<QPushButton*>(u"copyMarkdown"_s), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"## Peak by phase and class"_s));
    }
    void theSetUpIsCopiedAsACommandThatIsTheSameConfig()
    {
        m_window->findChild<QAction*>(u"copyCommand"_s)->trigger();
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY(command.startsWith(u"mantissa-cli train /dev/stdin <<'JSON'\n"));
        QFile file(m_dir.filePath(u"pasted.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(command.section(u'\n', 1, -3).toUtf8());
        file.close();
        const auto loaded = loadConfig(file.fileName().toStdString(), {});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->config.training.maxSteps, 300);
    }

private:
    ReportInput input() const { return reportInput(m_window->session()->run(), nullptr); }
    QTemporaryDir m_dir;
    FakeEngineScript m_script;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(ReportPageTest)
#include "report_page_test.moc"
