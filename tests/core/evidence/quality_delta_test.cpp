// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/comparison.h"
#include "core/evidence/quality_delta.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

Run runWith(const std::string& preset, std::vector<std::pair<std::int64_t, std::vector<double>>> evaluations)
{
    RunConfig config;
    config.preset = preset;
    config.choices = findPreset(preset)->choices;
    Run run(config, "/runs/" + preset);
    run.apply(RunStarted{.tokensPerStep = 10});
    run.apply(SegmentStarted{});
    run.apply(StepDone{.seconds = 1});
    for (auto& [tokens, losses] : evaluations) {
        double mean = 0;
        for (const double loss : losses)
            mean += loss / static_cast<double>(losses.size());
        run.apply(Evaluated{.tick = 1,
            .step = tokens / 10,
            .trainedTokens = tokens,
            .loss = mean,
            .accuracy = NAN,
            .batchLosses = losses});
    }
    return run;
}

} // namespace

class QualityDeltaTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHandMadeExample()
    {
        const Run baseline = runWith("conservative", {{100, {2.0, 4.0}}, {300, {1.0, 3.0}}});
        const Run run = runWith("aggressive", {{100, {2.02, 4.04}}, {200, {9.0, 9.0}}, {300, {1.0, 3.0}}});
        const auto points = qualityDelta(run, baseline);
        QCOMPARE(points.size(), std::size_t{2}); // 200 has no partner
        QVERIFY(std::abs(points[0].deltaPercent - 1.0) < 1e-9);
        QVERIFY(std::abs(points[0].overBatches->mean - 1.0) < 1e-9);
        QCOMPARE(points[0].overBatches->n, std::size_t{2});
        QCOMPARE(points[1].deltaPercent, 0.0);
    }
    void positiveIsWorse()
    {
        const auto points
            = qualityDelta(runWith("aggressive", {{100, {3.0}}}), runWith("conservative", {{100, {2.0}}}));
        QVERIFY(points[0].deltaPercent > 0);
        QVERIFY(!points[0].overBatches); // one batch has no interval
    }
    void theFirstFp32RunIsGuessedAsBaseline()
    {
        const Run a = runWith("aggressive", {});
        const Run b = runWith("conservative", {});
        QVERIFY(guessBaseline({&a, &b}) == std::optional<std::size_t>(1));
        QVERIFY(!guessBaseline({&a}));
    }
    void aBaselineOfOtherWorkGivesAWarningAndNoDelta()
    {
        const Run run = runWith("aggressive", {{100, {3.0, 3.1}}});
        RunConfig config = run.config();
        config.training.seed = 2;
        Run other(baselineOf(config), "/runs/other");
        other.apply(Evaluated{.step = 10, .trainedTokens = 100, .loss = 3, .batchLosses = {3.0, 3.0}});
        const Comparison comparison = compareRuns({&run, &other}, 1);
        QVERIFY(!comparison.rows[0].last);
        QVERIFY(std::ranges::any_of(comparison.warnings, [](const std::string& warning) {
            return warning.find("training.seed is") != std::string::npos;
        }));
    }
};

QTEST_APPLESS_MAIN(QualityDeltaTest)
#include "quality_delta_test.moc"
