// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/comparison.h"

#include "core/record/settings_history.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>

using namespace mantissa;

namespace {

/// A run of four steps whose every tick holds `bytes` on Device and lasts `seconds`.
Run runOf(const std::string& preset, std::int64_t bytes, double seconds, double loss,
    std::int64_t tokens = 40, const std::string& device = "cpu: one, 2 used",
    const std::function<void(RunConfig&)>& change = {})
{
    RunConfig config;
    config.preset = preset;
    config.choices = findPreset(preset)->choices;
    if (change)
        change(config);
    Run run(config, "/runs/" + preset);
    run.apply(RunStarted{.tokensPerStep = 10, .device = device});
    run.apply(SegmentStarted{.phase = Phase::Full, .casts = 2, .castSeconds = 0.25, .castMismatches = 0});
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = bytes;
    for (std::int64_t i = 0; i < 4; ++i)
        run.apply(StepDone{
            .tick = i, .step = i, .loss = 1, .learningRate = 1, .seconds = seconds, .memory = memory});
    run.apply(Evaluated{.tick = 4,
        .step = 4,
        .trainedTokens = tokens,
        .loss = loss,
        .accuracy = NAN,
        .batchLosses = {loss, loss}});
    return run;
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunThatNeverBeganTakesNoPart()
    {
        RunConfig config;
        config.choices = findPreset("conservative")->choices;
        const Run never(config, "/runs/never");
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        const Run run = runOf("aggressive", 600, 0.25, 2.01);
        QVERIFY(guessBaseline({&never, &run, &baseline}) == std::optional<std::size_t>(2));
        QVERIFY(!guessBaseline({&never, &run}));
        const Comparison comparison = compareRuns({&never, &run, &baseline}, 2);
        const ComparisonRow& row = comparison.rows[0];
        QVERIFY(row.isUnknown && !row.peakRatio && !row.meanRatio && !row.speedRatio && !row.last);
        QVERIFY(std::isnan(row.evalLoss));
        QVERIFY(!comparison.rows[1].isUnknown && comparison.rows[1].peakRatio);
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QVERIFY(comparison.warnings[0].starts_with("never has no step that could be read"));
        const Comparison with = compareRuns({&never, &run}, 0); // named as the baseline
        QVERIFY(!with.rows[1].peakRatio && !with.rows[1].speedRatio);
    }
    void aBaselineThatIsNotFiniteGivesNoDelta()
    {
        for (const double loss :
            {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
            const Run baseline = runOf("conservative", 1000, 0.5, loss);
            const Run run = runOf("aggressive", 600, 0.25, 2.01);
            QVERIFY(qualityDelta(run, baseline).empty());
        }
    }
    void otherBytesUnderTheSamePathGiveNoDeltaAndSayWhy()
    {
        Run fp32 = runOf("conservative", 100, 1, 2);
        Run bf16 = runOf("aggressive", 60, 1, 2.01);
        const auto read = [](Run& run, const std::string& digest) {
            run.apply(RunStarted{
                .tick = 4, .step = 4, .tokensPerStep = 10, .data = {.bytes = 5, .sha256 = digest}});
        };
        read(fp32, "aa");
        QVERIFY(compareRuns({&fp32, &bf16}, 0)
                    .rows[1]
                    .last); // what an older run does not tell is not held against it
        read(bf16, "bb");
        const Comparison comparison = compareRuns({&fp32, &bf16}, 0);
        QVERIFY(!comparison.rows[1].last);
        QVERIFY(comparison.warnings.front().find("learned from different data (5 bytes, SHA-256 bb… and")
            != std::string::npos);
        read(bf16, "aa");
        QVERIFY(compareRuns({&fp32, &bf16}, 0).rows[1].last);
    }
    void theSameBytesUnderAnotherPathAreCompared()
    {
        const auto isComparable = [](const Run& a, const Run& b) { return whyNotComparable(a, b).empty(); };
        const auto at = [](const std::string& source, const std::string& digest) {
            RunConfig config;
            config.data.source = source;
            Run run(config, "/runs" + source);
            run.apply(RunStarted{.data = {.bytes = 5, .sha256 = digest}});
            return run;
        };
        QVERIFY(isComparable(at("/a", "aa"), at("/b", "aa")));
        QVERIFY(!isComparable(at("/a", "aa"), at("/a", "bb")));
        QVERIFY(!isComparable(at("/a", ""), at("/b", "aa"))); // unknown: the path decides
        QVERIFY(isComparable(at("/a", ""), at("/a", "aa")));
    }
    void ratiosAreTakenToTheBaseline()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        const Run run = runOf("aggressive", 600, 0.25, 2.01);
        const Comparison comparison = compareRuns({&run, &baseline}, 1);
        QVERIFY(comparison.warnings.empty());
        const ComparisonRow& row = comparison.rows[0];
        QVERIFY(!row.isBaseline && comparison.rows[1].isBaseline);
        QCOMPARE(row.steps, 4);
        QCOMPARE(*row.peakRatio, 0.6);
        QCOMPARE(*row.meanRatio, 0.6);
        QCOMPARE(*row.speedRatio, 2.0);
        QVERIFY(std::abs(row.last->deltaPercent - 0.5) < 1e-9);
        QCOMPARE(row.casts, 2);
        QCOMPARE(*comparison.rows[1].peakRatio, 1.0);
        QCOMPARE(comparison.rows[1].last->deltaPercent, 0.0);
    }
    void aRunThatSharedItsMachineHasNoSpeedToCompare()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        Run run = runOf("aggressive", 600, 0.25, 2.0);
        for (std::int64_t i = 4; i < 8; ++i) // the median stays, the mean is ten times as long
            run.apply(
                StepDone{.tick = i, .step = i, .loss = 1, .learningRate = 1, .seconds = i < 6 ? 0.25 : 7.0});
        const Comparison comparison = compareRuns({&run, &baseline}, 1);
        QVERIFY(run.stepTimeSpread() > 9);
        QVERIFY(!comparison.rows[0].speedRatio);
        QVERIFY(comparison.rows[0].peakRatio.has_value());
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QVERIFY(comparison.warnings[0].find("times their median") != std::string::npos);
        QVERIFY(!compareRuns({&baseline, &run}, 1).rows[0].speedRatio); // nor one to compare with
    }
    void anotherModelHasNeitherMemoryNorSpeedToCompare()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        const Run wide = runOf("aggressive", 600, 0.25, 2.0, 40, "cpu: one, 2 used",
            [](RunConfig& config) { config.model.width = 64; });
        const Comparison comparison = compareRuns({&wide, &baseline}, 1);
        const ComparisonRow& row = comparison.rows[0];
        QVERIFY(!row.peakRatio && !row.meanRatio && !row.speedRatio && !row.last);
        QCOMPARE(row.peakDeviceBytes, 600);
        QCOMPARE(comparison.warnings.size(), std::size_t{1}); // the reason once
        QVERIFY(comparison.warnings[0].find("memory and speed are shown for them (model.width is 64 in "
                                            "aggressive and 128 in conservative)")
            != std::string::npos);
    }
    void anotherBatchHasNoMemoryToCompare()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        const Run large = runOf("aggressive", 600, 0.25, 2.0, 40, "cpu: one, 2 used",
            [](RunConfig& config) { config.training.batchSize *= 2; });
        const Comparison comparison = compareRuns({&large, &baseline}, 1);
        QVERIFY(!comparison.rows[0].peakRatio && comparison.rows[0].speedRatio);
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QVERIFY(comparison.warnings[0].find("training.batch_size is") != std::string::npos);
    }
    void anotherMachineHasNoSpeedToCompare()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        for (const char* device : {"cpu: other, 2 used", "cpu: one, 4 used"}) {
            const Run elsewhere = runOf("aggressive", 600, 0.25, 2.01, 40, device);
            const Comparison comparison = compareRuns({&elsewhere, &baseline}, 1);
            QVERIFY(
                !comparison.rows[0].speedRatio && comparison.rows[0].peakRatio && comparison.rows[0].last);
            QCOMPARE(comparison.warnings.size(), std::size_t{1});
            QVERIFY(
                comparison.warnings[0].find(std::string("aggressive ran on ") + device) != std::string::npos);
        }
    }
    void thePeakIsHeldByTheFirstPhaseThatReachesIt()
    {
        Run run = runOf("aggressive", 600, 0.25, 2.0);
        QVERIFY(peakPhase(run) == Phase::Full);
        MemoryReading memory;
        memory.devicePeak.at(MemoryClass::Weights) = 600;
        run.apply(SegmentStarted{.tick = 4, .step = 4, .phase = Phase::Warmup});
        run.apply(StepDone{.tick = 4, .step = 4, .loss = 1, .memory = memory});
        QVERIFY(peakPhase(run) == Phase::Warmup);
        QVERIFY(peakPhase(Run(RunConfig{}, {})) == Phase::Full);
    }
    void whatRoundsToNothingHasNoSign()
    {
        QCOMPARE(signedText(-0.0001, 3), std::string("0.000"));
        QCOMPARE(signedText(-0.25, 2), std::string("−0.25"));
        QCOMPARE(percentText(0.5, 1), std::string("+0.5 %"));
        QCOMPARE(percentText(-0.0004), std::string("0.000 %"));
        QCOMPARE(percentText(std::nullopt), std::string("–"));
        QCOMPARE(percentText(std::numeric_limits<double>::infinity()), std::string("not finite"));
    }
    void withoutABaselineThereAreNoRatiosAndNoWarnings()
    {
        const Run run = runOf("aggressive", 600, 0.25, 2.0);
        const Comparison comparison = compareRuns({&run}, std::nullopt);
        QVERIFY(comparison.warnings.empty());
        QVERIFY(!comparison.rows[0].peakRatio && !comparison.rows[0].speedRatio && !comparison.rows[0].last);
        QCOMPARE(comparison.rows[0].evalLoss, 2.0);
    }
    void aRunWithNothingInItHasNoNumbersMadeUp()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0);
        RunConfig config = baseline.config();
        const Run empty(config, "/runs/empty");
        const Comparison comparison = compareRuns({&empty, &baseline}, 1);
        QVERIFY(std::isnan(comparison.rows[0].evalLoss));
        QVERIFY(!comparison.rows[0].last);
        const Comparison reversed = compareRuns({&baseline, &empty}, 1);
        QVERIFY(!reversed.rows[0].peakRatio); // nothing to divide by
    }
    void evaluationsAtOtherTokensAreToldNotCompared()
    {
        const Run baseline = runOf("conservative", 1000, 0.5, 2.0, 30);
        const Run run = runOf("aggressive", 600, 0.25, 2.0, 40);
        const Comparison comparison = compareRuns({&run, &baseline}, 1);
        QVERIFY(!comparison.rows[0].last);
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QVERIFY(comparison.warnings[0].find("same trained tokens") != std::string::npos);
    }
    void aBaselineIsWhatRanInFp32Alone()
    {
        const RunConfig fp32 = baselineOf(RunConfig{});
        const auto runWith = [&](const std::vector<Precision>& formats) {
            Run run(fp32, "/runs/x");
            std::int64_t tick = 0;
            for (const Precision format : formats) {
                run.apply(SegmentStarted{.tick = tick, .step = tick, .plan = {.compute = format}});
                run.apply(StepDone{.tick = tick, .step = tick});
                ++tick;
            }
            return run;
        };
        const Run edited = runWith({Precision::Fp32, Precision::Bf16}); // its config still says FP32
        const Run whole = runWith({Precision::Fp32, Precision::Fp32});
        QVERIFY(guessBaseline({&edited, &whole}) == std::optional<std::size_t>(1));
        QVERIFY(!guessBaseline({&edited}));
    }
    void aBaselineThatIsNotFp32IsTold()
    {
        const Run a = runOf("aggressive", 600, 0.25, 2.0);
        const Run b = runOf("default", 900, 0.25, 2.0);
        const Comparison comparison = compareRuns({&a, &b}, 1);
        QCOMPARE(comparison.warnings.size(), std::size_t{1});
        QVERIFY(comparison.warnings[0].find("not FP32") != std::string::npos);
        QVERIFY(!guessBaseline({&a, &b}));
    }
};

QTEST_APPLESS_MAIN(ComparisonTest)
#include "comparison_test.moc"
