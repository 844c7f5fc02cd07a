// SPDX-License-Identifier: Apache-2.0
#include "core/output/chart_registry.h"
#include "core/output/html_report.h"
#include "core/output/svg.h"

#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <set>

using namespace mantissa;

namespace {

Run runOf(std::int64_t seed, Precision compute = Precision::Fp32)
{
    RunConfig config;
    config.name = "run" + std::to_string(seed);
    config.training.seed = seed;
    config.choices.table = config.choices.table.with(Phase::Full, {.compute = compute});
    Run run(config, "/runs/" + config.name);
    run.apply(RunStarted{.tokensPerStep = 10, .device = "cpu: fake"});
    run.apply(SegmentStarted{.phase = Phase::Full, .plan = {.compute = compute}});
    for (int i = 0; i < 20; ++i) {
        StepDone step{.tick = i, .step = i, .loss = 4.0 - 0.1 * i, .learningRate = 1, .seconds = 0.1};
        step.memory.devicePeak.at(MemoryClass::Weights) = compute == Precision::Fp32 ? 2048 : 1024;
        run.apply(step);
    }
    run.apply(Evaluated{.tick = 20, .step = 20, .trainedTokens = 200, .loss = 2, .batchLosses = {1, 3}});
    run.apply(RunEnded{.tick = 20, .step = 20, .outcome = Outcome::Completed});
    return run;
}

std::size_t cardsIn(const std::string& html)
{
    return static_cast<std::size_t>(
        QString::fromStdString(html).count(QStringLiteral("<div class=\"card\">")));
}

} // namespace

class ChartRegistryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAndFilesAreThereOnce()
    {
        std::set<std::string_view> names;
        std::set<std::string_view> files;
        for (const ChartEntry& chart : allCharts()) {
            QVERIFY2(names.insert(chart.name).second, chart.name.data());
            QVERIFY2(files.insert(chart.fileStem).second, chart.fileStem.data());
            QVERIFY(!chart.title.empty() && chart.build);
            QCOMPARE(findChart(chart.name), &chart);
        }
        QVERIFY(!findChart("nothing"));
    }
    void theTimelineNamesThePhasesAndFormatsThatOccur()
    {
        Run run = runOf(1);
        run.apply(SegmentStarted{
            .tick = 20, .step = 20, .phase = Phase::Predict, .plan = {.compute = Precision::Bf16}});
        const auto spec = findChart("timeline")->build(chartInput(run, nullptr));
        std::vector<std::string> titles;
        for (const ChartKey& key : spec->legend)
            titles.push_back(key.title);
        QCOMPARE(titles, (std::vector<std::string>{"Full", "Predict", "FP32", "BF16"}));
        QVERIFY(chartSvg(*spec).find(">Predict<") != std::string::npos);
    }
    void theBaselinesLossLiesBelowThatOfTheRun()
    {
        const Run baseline = runOf(1);
        const Run run = runOf(1, Precision::Bf16);
        const Run other = runOf(2, Precision::Bf16);
        const auto spec = findChart("loss")->build(chartInput(run, &baseline, {&other}));
        std::vector<std::string> roles;
        for (const ChartMark& mark : spec->marks)
            roles.push_back(std::get<ChartSeries>(mark).role);
        QCOMPARE(roles,
            (std::vector<std::string>{"baseline", "baseline", "series1", "series1", "series0", "series0"}));
        QCOMPARE(spec->legend.front().role, std::string("series0")); // named first all the same
    }
    void everyChartOfRunsIsWellFormed()
    {
        const Run run = runOf(1);
        const Run bf16 = runOf(1, Precision::Bf16);
        const Run repeat = runOf(2, Precision::Bf16);
        const Run empty(RunConfig{}, {});
        for (const ChartEntry& chart : allCharts()) {
            if (chart.need == ChartNeed::Experiment)
                continue;
            for (const ChartInput& input : {chartInput(bf16, &run, {&repeat}), chartInput(bf16, nullptr),
                     chartInput(empty, nullptr), chartInput(empty, &run, {&empty})})
                if (const auto spec = chart.build(input)) {
                    QXmlStreamReader xml(QString::fromStdString(standaloneSvg(chartSvg(*spec))));
                    while (!xml.atEnd())
                        xml.readNext();
                    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
                }
        }
    }
    void aReportHasThoseOfSeveralRunsOnceThereAreMoreThanAPair()
    {
        const Run run = runOf(1, Precision::Bf16);
        const Run baseline = runOf(1);
        const Run other = runOf(1, Precision::Fp16);
        const auto pair = reportCharts(chartInput(run, &baseline));
        const auto several = reportCharts(chartInput(run, &baseline, {&other}));
        const auto ofSeveral = std::count_if(allCharts().begin(), allCharts().end(),
            [](const ChartEntry& chart) { return chart.need == ChartNeed::SeveralRuns; });
        QCOMPARE(several.size(), pair.size() + static_cast<std::size_t>(ofSeveral));
        QCOMPARE(cardsIn(htmlReport({.run = &run, .baseline = &baseline})), pair.size());
        QCOMPARE(
            cardsIn(htmlReport({.run = &run, .baseline = &baseline, .others = {&other}})), several.size());
    }
    void repeatsAreOneLineWithABand()
    {
        const Run baseline = runOf(1);
        const Run first = runOf(1, Precision::Bf16);
        const Run second = runOf(2, Precision::Bf16);
        const auto spec = findChart("runs-memory")->build(chartInput(first, &baseline, {&second}));
        QCOMPARE(spec->marks.size(), std::size_t{2});
        const auto& line = std::get<ChartSeries>(spec->marks.front());
        QCOMPARE(line.of.count, std::size_t{2});
        QVERIFY(!line.of.hasBaseline && std::get<ChartSeries>(spec->marks.back()).of.hasBaseline);
        QVERIFY(std::isfinite(line.points.front().low) && std::isfinite(line.points.front().high));
        QCOMPARE(spec->legend.front().title, first.title() + " × 2 seeds");
    }
    void aRateHoldsUntilTheNext()
    {
        RunConfig config;
        Run run(config, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{});
        for (int i = 0; i < 20; ++i)
            run.apply(StepDone{.tick = i, .step = i, .learningRate = i < 10 ? 1.0 : 0.1, .seconds = 0.1});
        const auto spec = findChart("runs-rate")->build(chartInput(run, nullptr));
        const auto& points = std::get<ChartSeries>(spec->marks.front()).points;
        for (std::size_t i = 1; i < points.size(); ++i) // level or upright, never a slope
            QVERIFY(points[i].x == points[i - 1].x || points[i].y == points[i - 1].y);
        const auto speed = findChart("runs-speed")->build(chartInput(run, nullptr));
        for (const ChartPoint& point : std::get<ChartSeries>(speed->marks.front()).points)
            QVERIFY(std::abs(point.y - 100) < 1e-3);
    }
    void barsOfRunsAddUpToThePeak()
    {
        const Run fp32 = runOf(1);
        const Run bf16 = runOf(1, Precision::Bf16);
        const auto spec = findChart("runs-peaks")->build(chartInput(bf16, &fp32));
        const auto& bars = std::get<ChartBars>(spec->marks.front()).bars;
        QCOMPARE(bars.size(), std::size_t{2});
        QCOMPARE(bars[0].xHigh, 1024.0);
        QCOMPARE(bars[1].xHigh, 2048.0);
        QVERIFY(bars[0].yLow > bars[1].yHigh); // the first on top
    }
};

QTEST_APPLESS_MAIN(ChartRegistryTest)
#include "chart_registry_test.moc"
