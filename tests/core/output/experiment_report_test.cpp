// SPDX-License-Identifier: Apache-2.0
#include "core/output/experiment_report.h"

#include "core/base/units.h"
#include "core/output/chart_registry.h"
#include "core/output/svg.h"

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

using namespace mantissa;

namespace {

ArmResult armWith(const std::string& name, const std::string& preset, const std::vector<double>& deltas)
{
    ArmResult arm{.name = name};
    arm.config.preset = preset;
    arm.config.choices = findPreset(preset)->choices;
    for (std::size_t i = 0; i < deltas.size(); ++i)
        arm.seeds.push_back({.seed = static_cast<std::int64_t>(i),
            .folder = name + "-seed",
            .outcome = Outcome::Completed,
            .steps = 600,
            .evalLoss = 2 + deltas[i] / 50,
            .deltaPercent = deltas[i],
            .batchStandardError = 0.02,
            .peakDeviceBytes = 600 * kibibyte,
            .peakRatio = 0.6,
            .tokensPerSecond = 1234.4,
            .speedRatio = 0.9});
    std::vector<double> finite;
    std::copy_if(deltas.begin(), deltas.end(), std::back_inserter(finite),
        [](double delta) { return std::isfinite(delta); });
    arm.delta = deltaInterval(finite);
    arm.batchStandardError = 0.02;
    arm.peakDeviceBytes = 600 * kibibyte;
    arm.peakRatio = 0.6;
    arm.tokensPerSecond = 1234.4;
    arm.speedRatio = 0.9;
    arm.verdict = Verdict::Reached;
    arm.reason = "the interval is below";
    return arm;
}

ExperimentResult resultWith(const std::string& armName = "aggressive")
{
    ExperimentResult result{.name = "kjv-gpt", .device = "cpu: fake", .seeds = {0, 1, 2}};
    ArmResult baseline = armWith("fp32", "conservative", {0, 0, 0});
    baseline.isBaseline = true;
    baseline.verdict.reset();
    baseline.delta.reset();
    result.arms = {baseline, armWith(armName, "aggressive", {0.1, -0.2, 0.3})};
    return result;
}

ExperimentResult emptyResult()
{
    ExperimentResult result{.name = "empty", .seeds = {0, 1}};
    for (const char* name : {"fp32", "aggressive"}) {
        ArmResult arm{.name = name, .isBaseline = result.arms.empty()};
        arm.seeds = {{.seed = 0, .evalLoss = NAN}, {.seed = 1, .evalLoss = NAN}};
        if (!arm.isBaseline)
            arm.verdict = Verdict::NotEnoughData;
        result.arms.push_back(arm);
    }
    return result;
}

std::string svgOf(const ExperimentResult& result)
{
    return chartSvg(*findChart("experiment")->build({.experiment = &result}));
}

} // namespace

class ExperimentReportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRowForEachArmSaysItAll()
    {
        const ReportTable table = armsTable(resultWith());
        QCOMPARE(table.rows.size(), std::size_t{2});
        QCOMPARE(table.rows[0].back(), std::string("baseline"));
        const auto& row = table.rows[1];
        QCOMPARE(row.size(), table.header.size());
        QCOMPARE(row[0], std::string("aggressive"));
        QCOMPARE(row[1], std::string("3 of 3"));
        QCOMPARE(row[2], std::string("+0.067 %"));
        QCOMPARE(row[6], std::string("×0.600"));
        QCOMPARE(row[9], std::string("reached"));
        QVERIFY(table.note.find("paired t") != std::string::npos);
    }
    void whatRoundsToNothingHasNoSignAndMinusIsOneSign()
    {
        ExperimentResult result = resultWith();
        result.arms[1] = armWith("aggressive", "aggressive", {-0.0002, -0.0001, 0.0002});
        const std::string text = experimentMarkdown({.result = &result}) + svgOf(result);
        QVERIFY(text.find("-0.0") == std::string::npos && text.find("+0.000") == std::string::npos);
        QCOMPARE(seedsTable(resultWith()).rows[4][5], std::string("−0.200 %"));
        QVERIFY(armsTable(resultWith()).rows[1][3].starts_with("−"));
    }
    void theCommandBreaksWhereItIsLong()
    {
        const ExperimentResult result = resultWith();
        const std::string html
            = experimentHtml({.result = &result, .repeatCommand = "mantissa-cli experiment x"});
        QVERIFY(html.find("<pre class=\"command\">mantissa-cli experiment x</pre>") != std::string::npos);
        QVERIFY(html.find("pre.command{white-space:pre-wrap") != std::string::npos);
    }
    void theJsonHoldsTheNumbers()
    {
        const ExperimentResult result = resultWith();
        const Json json = experimentJson({.result = &result, .repeatCommand = "mantissa-cli experiment x"});
        const Json& arm = json["arms"][1];
        QCOMPARE(json["claim_percent"].get<double>(), 0.5);
        QCOMPARE(json["ended_runs"].get<int>(), 6);
        QCOMPARE(arm["verdict"].get<std::string>(), std::string("reached"));
        QCOMPARE(arm["quality_delta_percent"]["method"].get<std::string>(), std::string("paired_t"));
        QCOMPARE(arm["quality_delta_percent"]["high"].get<double>(), result.arms[1].delta->high);
        QCOMPARE(arm["runs"].size(), std::size_t{3});
        QCOMPARE(arm["runs"][1]["quality_delta_percent"].get<double>(), -0.2);
        QVERIFY(!json["arms"][0].contains("verdict"));
        QVERIFY(configFromJson(arm["config"], {}, ".").has_value()); // enough to train it again
    }
    void whatIsNotKnownIsNull()
    {
        const ExperimentResult result = emptyResult();
        const Json json = experimentJson({.result = &result});
        const Json& run = json["arms"][1]["runs"][0];
        for (const char* key : {"outcome", "eval_loss", "quality_delta_percent",
                 "batch_standard_error_percent", "peak_ratio", "speed_ratio"})
            QVERIFY2(run[key].is_null(), key);
        QVERIFY(json["arms"][1]["quality_delta_percent"].is_null());
        QCOMPARE(json["ended_runs"].get<int>(), 0);
    }
    void theChartHasADotForEachSeedAndABarForEachInterval()
    {
        const auto svg = QString::fromStdString(svgOf(resultWith()));
        QCOMPARE(svg.count(QStringLiteral("class=\"seed\"")), 3);
        QCOMPARE(svg.count(QStringLiteral("class=\"interval\"")), 1);
        QVERIFY(svg.contains(QStringLiteral("aggressive: reached")));
    }
    void theChartIsWellFormedWhateverTheNumbers()
    {
        ExperimentResult far = resultWith("<a&b>");
        far.arms.push_back(armWith("far", "default", {250, 900, -40}));
        far.arms.push_back(armWith("lost", "default", {NAN, INFINITY, 0}));
        for (const ExperimentResult& result : {resultWith(), emptyResult(), far}) {
            const std::string svg = svgOf(result);
            QXmlStreamReader xml(QString::fromStdString(standaloneSvg(svg)));
            while (!xml.atEnd())
                xml.readNext();
            QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
            QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf\"") == std::string::npos);
        }
    }
    void nothingOfAnExperimentCanRunInAPage()
    {
        ExperimentResult result = resultWith("<script>alert(1)</script>");
        result.name = "</title><img src=x>";
        result.device = "<b onclick=x>";
        result.warnings = {"</script><script>"};
        const auto html = QString::fromStdString(experimentHtml({.result = &result,
            .repeatCommand = "</pre><script>",
            .environment = std::make_shared<const Json>("</pre><script>")}));
        QCOMPARE(html.count(QStringLiteral("<script")), 1); // the data block
        QCOMPARE(html.count(QStringLiteral("</script")), 1);
        QVERIFY(!html.contains(QStringLiteral("<img")) && !html.contains(QStringLiteral("<b onclick")));
        QVERIFY(html.contains(QStringLiteral("default-src 'none'")));
        QVERIFY(!html.contains(QRegularExpression(QStringLiteral("(src|href)=\""))));
        const std::string text = experimentMarkdown({.result = &result});
        QVERIFY(text.find("<script") == std::string::npos && text.find("<img") == std::string::npos);
    }
    void aDeltaThatIsNoNumberIsSaid()
    {
        ExperimentResult result = resultWith();
        result.arms.push_back(armWith("lost", "default", {NAN, 0}));
        QVERIFY(experimentMarkdown({.result = &result}).find("| not finite |") != std::string::npos);
        QCOMPARE(experimentJson({.result = &result})["arms"][2]["runs"][0]["quality_delta_percent"]
                     .get<std::string>(),
            std::string("NaN"));
    }
    void theDataBlockIsTheJson()
    {
        const ExperimentResult result = resultWith();
        const std::string html = experimentHtml({.result = &result});
        const auto start = html.find('>', html.find("<script")) + 1;
        const auto json = parseJson(html.substr(start, html.find("</script>") - start), "experiment");
        QVERIFY(json.has_value());
        QVERIFY(*json == experimentJson({.result = &result}));
    }
    void markdownSaysVerdictSeedsAndWhatWasTried()
    {
        const ExperimentResult result = resultWith();
        const std::string text
            = experimentMarkdown({.result = &result, .repeatCommand = "mantissa-cli experiment x"});
        for (const char* part : {"## Arms", "## Seeds", "## What the arms change", "precision.default",
                 "| aggressive | 3 of 3 | +0.067 % |", "quality impact below 0.5 % is reached",
                 "    mantissa-cli experiment x"})
            QVERIFY2(text.find(part) != std::string::npos, part);
    }
};

QTEST_APPLESS_MAIN(ExperimentReportTest)
#include "experiment_report_test.moc"
