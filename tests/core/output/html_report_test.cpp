// SPDX-License-Identifier: Apache-2.0
#include "core/output/chart_registry.h"
#include "core/output/html_report.h"
#include "core/output/report_facts.h"
#include "core/output/svg.h"
#include "core/output/ticks.h"
#include "core/record/run_summary.h"

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace mantissa;

namespace {

Run hostileRun()
{
    RunConfig config;
    config.name = "<script>alert(1)</script>";
    Run run(config, "/runs/<b>&\"name\"");
    run.apply(RunStarted{.tokensPerStep = 10, .device = "<img src=x>"});
    run.apply(SegmentStarted{.phase = Phase::Full, .reason = "</script><script>"});
    for (int i = 0; i < 40; ++i) {
        StepDone step{.tick = i, .step = i, .loss = 4.0 - 0.05 * i, .learningRate = 1, .seconds = 0.1};
        step.memory.devicePeak.at(MemoryClass::Weights) = 1000;
        step.memory.devicePeak.at(MemoryClass::Activations) = 500 + i;
        run.apply(step);
    }
    run.apply(Evaluated{
        .tick = 40, .step = 40, .trainedTokens = 400, .loss = 2, .accuracy = 0.5, .batchLosses = {1, 3}});
    run.apply(Notice{.tick = 40, .text = "a & b < c"});
    run.apply(RunEnded{.tick = 40, .step = 40, .outcome = Outcome::Completed});
    return run;
}

std::string svgOf(std::string_view name, const Run& run)
{
    return chartSvg(*findChart(name)->build(chartInput(run, nullptr)));
}

} // namespace

class HtmlReportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSimulatedCardIsNamedAndNoSpeedIsTold()
    {
        RunConfig config;
        config.memory.device = "simulated:8GiB";
        Run run(config, "/runs/simulated");
        run.apply(RunStarted{.tokensPerStep = 10, .device = "simulated card"});
        run.apply(SegmentStarted{.phase = Phase::Full, .casts = 2, .castSeconds = 0.25});
        for (int i = 0; i < 9; ++i)
            run.apply(StepDone{.tick = i, .step = i, .loss = 1, .learningRate = 1, .seconds = 0.5});
        const ReportFacts facts = factsOf({.run = &run});
        QCOMPARE(facts.figures[4].second, std::string("none: a simulated card"));
        QVERIFY(
            std::ranges::find(facts.verdict,
                "Trained on a simulated card of 8.00 GiB: bytes and bits are real, seconds are not, so no "
                "speed is told.")
            != facts.verdict.end());
        for (const std::string& sentence : facts.verdict)
            QVERIFY2(sentence.find(" ms") == std::string::npos, sentence.c_str());
        QCOMPARE(summaryOf(run)["tokens_per_second"], Json());
        QCOMPARE(summaryOf(run)["seconds_are_real"], Json(false));
        const Comparison comparison = compareRuns({&run}, std::nullopt);
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QCOMPARE(comparison.rows[0].tokensPerSecond, 0.0);
    }
    void aCardThatWasReadHasRowsInTheReport()
    {
        Run run(RunConfig{}, "/runs/card");
        const auto tables = [&] {
            std::vector<std::string> titles;
            for (const ReportTable& table : factsOf({.run = &run}).tables)
                titles.push_back(table.title);
            return titles;
        };
        QVERIFY(std::ranges::count(tables(), "Card") == 0);
        for (const double celsius : {60.0, 75.0, 62.0})
            run.apply(CardMeasured{.reading = {.celsius = celsius}});
        QCOMPARE(std::ranges::count(tables(), "Card"), 1);
        const auto facts = factsOf({.run = &run});
        const auto card = std::ranges::find(facts.tables, "Card", &ReportTable::title);
        QCOMPARE(card->rows.size(), std::size_t{1});
        QCOMPARE(card->rows[0], (std::vector<std::string>{"Temperature", "60 °C", "62 °C", "75 °C", "3"}));
    }
    void whatALogDoesNotSayIsUnknownAndNotZero()
    {
        Run damaged(RunConfig{}, {}); // not one line of its log could be read but the end
        damaged.apply(RunEnded{.tick = 9, .step = 9, .seconds = 5});
        Run baseline(RunConfig{}, {});
        baseline.apply(SegmentStarted{.phase = Phase::Full});
        StepDone step{.loss = 1, .learningRate = 1, .seconds = 1};
        step.memory.devicePeak.at(MemoryClass::Weights) = 5000;
        baseline.apply(step);
        const ReportInput input{.run = &damaged, .baseline = &baseline, .others = {&damaged}};
        const ReportFacts facts = factsOf(input);
        for (std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{4}})
            QCOMPARE(facts.figures[i].second, std::string("unknown"));
        for (const std::string& text : {htmlReport(input), markdownReport(input)}) {
            QVERIFY(text.find("peak and mean are unknown") != std::string::npos);
            const auto zero = text.find("0 B");
            QVERIFY2(zero == std::string::npos,
                text.substr(std::min(zero, text.size()) - std::min<std::size_t>(zero, 300), 320).c_str());
            QVERIFY(text.find("0.0 % of it") == std::string::npos);
            QVERIFY(text.find("0 tokens/s") == std::string::npos);
            QVERIFY(text.find("0 tensors were cast") == std::string::npos);
        }
        const Run whole = hostileRun();
        QVERIFY(factsOf({.run = &whole, .baseline = &damaged}).verdict[0].find("of it") == std::string::npos);
    }
    void nothingOfARunCanRunInAReport()
    {
        const Run run = hostileRun();
        const auto html = QString::fromStdString(htmlReport(
            {.run = &run, .environment = std::make_shared<const Json>("</pre><script>x</script>")}));
        QCOMPARE(html.count(QStringLiteral("<script")), 1); // the data block
        QVERIFY(html.contains(QStringLiteral("default-src 'none'")));
        QVERIFY(!html.contains(QStringLiteral("<img")));
        QVERIFY(!html.contains(QStringLiteral("http-equiv=\"refresh\"")));
        const QRegularExpression outside(QStringLiteral("(src|href)=\""));
        QVERIFY(!html.contains(outside));
    }
    void jumpsHaveATableAndAChartOfTheirLeads()
    {
        Run run = hostileRun();
        QVERIFY(htmlReport({.run = &run}).find("Lead of jumps") == std::string::npos);
        run.apply(JumpMade{.tick = 10,
            .step = 10,
            .lead = 1,
            .cosine = 0.81,
            .lossBefore = 3,
            .lossAfter = 2.9,
            .seconds = 0.5});
        run.apply(JumpJudged{.tick = 26,
            .step = 26,
            .fromStep = 10,
            .verdict = JumpVerdict::Accepted,
            .leadSteps = 30,
            .leadLow = 12,
            .costSteps = 4,
            .confidence = 0.97,
            .toStep = 26});
        run.apply(JumpMade{.tick = 30,
            .step = 30,
            .lead = 1,
            .cosine = 0.75,
            .lossBefore = 2.5,
            .lossAfter = 2.6,
            .seconds = 0.5});
        run.apply(JumpJudged{.tick = 40,
            .step = 40,
            .fromStep = 30,
            .leadSteps = -2,
            .leadLow = -9,
            .costSteps = 4,
            .confidence = 0.2,
            .toStep = 30,
            .trialSeconds = 1.5});
        const std::string html = htmlReport({.run = &run});
        QVERIFY(html.find("Lead of jumps") != std::string::npos);
        QVERIFY(html.find("1 kept, 1 taken back; in all they cost 2.0 s") != std::string::npos);
        for (const char* cell : {"0.81", "30.0", "12.0", "0.97", "taken back", "-9.0",
                 "14.0"}) // 10 steps thrown away, 4 of passes
            QVERIFY2(html.find(std::string(">") + cell + "<") != std::string::npos, cell);
        QXmlStreamReader reader(QString::fromStdString(svgOf("jumps", run)));
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(QString::fromStdString(svgOf("jumps", run)).count(QStringLiteral("<circle")), 2);
    }
    void theDataBlockIsTheSummary()
    {
        const Run run = hostileRun();
        const std::string html = htmlReport({.run = &run});
        const auto start = html.find('>', html.find("<script")) + 1;
        const auto json = parseJson(html.substr(start, html.find("</script>") - start), "summary");
        QVERIFY(json.has_value());
        QCOMPARE((*json)["steps"].get<int>(), 40);
        QCOMPARE((*json)["outcome"].get<std::string>(), std::string("completed"));
    }
    void aRollBackIsOnTheTimelineAndInItsTable()
    {
        Run run = hostileRun();
        QVERIFY(htmlReport({.run = &run}).find("rolled back") == std::string::npos);
        run.apply(DivergenceAnswered{.tick = 40,
            .step = 40,
            .answer = DivergenceAnswer::RolledBack,
            .toStep = 30,
            .text = "</td><script>"});
        const std::string html = htmlReport({.run = &run});
        QVERIFY(html.find(">rolled back</text>") != std::string::npos);
        QVERIFY(html.find("<h2>Divergence</h2>") != std::string::npos);
        QVERIFY(html.find("</td><script>") == std::string::npos);
    }
    void theTableOfPeaksSums()
    {
        const Run run = hostileRun();
        QVERIFY(htmlReport({.run = &run}).find("<td>1,539</td>") != std::string::npos);
    }
    void withoutABaselineNothingIsClaimed()
    {
        const Run run = hostileRun();
        QVERIFY(htmlReport({.run = &run}).find("nothing is said about quality") != std::string::npos);
    }
    void whatRoundsToNothingHasNoSign()
    {
        const Run run = hostileRun();
        const auto html = QString::fromStdString(htmlReport({.run = &run, .baseline = &run}));
        QVERIFY(html.contains(QStringLiteral("by 0.000 %")));
        QVERIFY(!html.contains(QStringLiteral("+0.000")) && !html.contains(QStringLiteral("-0.0 %")));
    }
    void everyChartIsWellFormed()
    {
        const Run run = hostileRun();
        const Run empty(RunConfig{}, {});
        for (const Run* one : {&run, &empty})
            for (const ChartEntry& chart : chartsOfARun()) {
                const auto spec = chart.build(chartInput(*one, nullptr));
                if (!spec)
                    continue;
                QXmlStreamReader xml(QString::fromStdString(standaloneSvg(chartSvg(*spec))));
                while (!xml.atEnd())
                    xml.readNext();
                QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
            }
    }
    void chartsAreTheSameBytesEachTime()
    {
        const Run run = hostileRun();
        QCOMPARE(svgOf("memory", run), svgOf("memory", run));
    }
    void ticksAreRoundNumbersWithLabelsThatDiffer()
    {
        for (const auto& [low, high] :
            {std::pair(0.0, 1.0), std::pair(-0.7, 0.7), std::pair(0.0, 123456.0), std::pair(2.1, 2.13)}) {
            const auto ticks = niceTicks(low, high, 6);
            QVERIFY(ticks.size() >= 2 && ticks.size() <= 8);
            for (std::size_t i = 1; i < ticks.size(); ++i)
                QVERIFY(ticks[i].label != ticks[i - 1].label);
        }
        QCOMPARE(niceTicks(0, 2000, 2).back().label, std::string("2,000"));
        QCOMPARE(byteTicks(40.0 * 1048576, 5).back().label, std::string("40 MiB"));
    }
    void markdownKeepsItsTables()
    {
        const Run run = hostileRun();
        const std::string text = markdownReport({.run = &run});
        QVERIFY(text.find("<script") == std::string::npos);
        QVERIFY(text.find("## Peak by phase and class") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(HtmlReportTest)
#include "html_report_test.moc"
