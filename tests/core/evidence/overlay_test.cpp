// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/overlay.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace mantissa;

class OverlayTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsThatDifferBySeedAloneAreRepeats()
    {
        const Run a = runOf(1, "default", 100);
        const Run b = runOf(2, "default", 100);
        const Run again = runOf(2, "default", 100); // the same seed twice is no repeat
        RunConfig other = a.config();
        other.model.layers = 7;
        const Run deeper(other, {});
        const auto groups = repeatsOf({&a, &b, &again, &deeper});
        QCOMPARE(groups.size(), std::size_t{3});
        QVERIFY((groups[0] == Repeats{&a, &b}));
        QVERIFY((groups[1] == Repeats{&again}));
    }
    void theBandReachesFromTheLeastToTheMost()
    {
        const Run a = runOf(1, "default", 100);
        const Run b = runOf(3, "default", 80);
        const auto line = lossOverlay({&a, &b}, {AxisUnit::Step}, 40);
        QCOMPARE(line.size(), std::size_t{40});
        for (const OverlayPoint& point : line) {
            QVERIFY(point.x < 80); // as far as both go
            QVERIFY(std::abs(point.low - 1) < 1e-6
                && std::abs(point.high - 3) < 1e-6); // the fake's loss is its seed
            QVERIFY(std::abs(point.y - 2) < 1e-6);
        }
    }
    void linesCanBeginWhereARunCameToAPhase()
    {
        // the fake's loss is its seed, and 10 more in Predict; the second comes to Predict later
        const auto withPredict = [](std::int64_t seed, std::int64_t before) {
            Run run = runOf(seed, "default", before);
            run.apply(SegmentStarted{.tick = before, .step = before, .phase = Phase::Predict});
            for (std::int64_t i = before; i < before + 20; ++i)
                run.apply(StepDone{.tick = i,
                    .step = i,
                    .loss = static_cast<double>(seed) + 10,
                    .learningRate = 1,
                    .seconds = 0.1});
            return run;
        };
        const Run a = withPredict(1, 30);
        const Run b = withPredict(3, 50);
        QCOMPARE(*originOf(b, {AxisUnit::Seconds, Phase::Predict}), 50);
        const auto line = lossOverlay({&a, &b}, {AxisUnit::Step, Phase::Predict}, 10);
        QCOMPARE(line.size(), std::size_t{10});
        QCOMPARE(line.front().x, 0.0);
        for (const OverlayPoint& point : line) {
            QVERIFY(point.x < 20);
            QVERIFY(std::abs(point.y - 12) < 1e-6);
        }
        const Run never = runOf(2, "default", 60);
        QVERIFY(lossOverlay({&a, &never}, {AxisUnit::Step, Phase::Predict}, 10).empty());
        QVERIFY(!originOf(never, {AxisUnit::Step, Phase::Correct}));
    }
    void probesAreNoDipsOverSteps()
    {
        Run run;
        run.apply(RunStarted{});
        std::int64_t tick = 0;
        for (std::int64_t step = 0; step < 60; ++step) {
            StepDone done{.tick = tick++, .step = step};
            done.memory.devicePeak.at(MemoryClass::Activations) = 100;
            run.apply(done);
            for (int i = 0; step % 20 == 19 && i < 15; ++i) {
                ProbeDone probe{.tick = tick++, .step = step + 1};
                probe.memory.devicePeak.at(MemoryClass::Activations) = 10;
                run.apply(probe);
            }
        }
        const auto line = memoryOverlay({&run}, {AxisUnit::Step}, 400); // more points than steps
        QVERIFY(line.size() <= 60);
        for (const OverlayPoint& point : line)
            QCOMPARE(point.y, 100.0); // the largest of each part, of which a step is one
        double least = 100;
        for (const OverlayPoint& point : memoryOverlay({&run}, {AxisUnit::Tick}, 400))
            least = std::min(least, point.y);
        QCOMPARE(least, 10.0); // over ticks they have a width
    }
    void oneRunHasNoBand()
    {
        const Run a = runOf(2, "default", 30);
        for (const AxisUnit unit : allAxisUnits)
            for (const OverlayPoint& point : memoryOverlay({&a}, {unit}, 10))
                QCOMPARE(point.low, point.high);
        QVERIFY(lossOverlay({&a}, {AxisUnit::Tick}, 10).size() == 10);
    }
    void aRepeatIsMeasuredAgainstTheBaselineOfItsSeed()
    {
        const Run a = evaluated(1, "aggressive", 2.02);
        const Run b = evaluated(2, "aggressive", 4.08);
        const Run baseA = evaluated(1, "conservative", 2);
        const Run baseB = evaluated(2, "conservative", 4);
        const auto line = qualityOverlay({&a, &b}, {&baseA, &baseB}, {AxisUnit::Step});
        QCOMPARE(line.size(), std::size_t{1});
        QVERIFY(std::abs(line.front().low - 1) < 1e-9);
        QVERIFY(std::abs(line.front().high - 2) < 1e-9);
        QVERIFY(std::abs(line.front().y - 1.5) < 1e-9);
        QVERIFY(qualityOverlay({&a, &b}, {&baseA}, {AxisUnit::Step}).empty()); // one repeat has none
    }
    void whatAnotherBeatsInBothIsDominated()
    {
        const auto best = nonDominated({{10, 0}, {5, 0.1}, {5, 0.2}, {12, 0.05}, {10, 0}});
        QVERIFY((best == std::vector<bool>{true, true, false, false, true}));
        QVERIFY(nonDominated({}).empty());
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double infinity = std::numeric_limits<double>::infinity();
        // 0 bytes and what is not finite are unknown: they stand nowhere and beat nobody
        QVERIFY((nonDominated({{0, -1}, {10, 0.1}, {5, nan}, {nan, -1}, {1, -infinity}})
            == std::vector<bool>{false, true, false, false, false}));
    }
    void onlyKeysThatDifferAreListed()
    {
        RunConfig one;
        RunConfig two;
        two.training.seed = 5;
        two.memory.budgetBytes = 1024;
        const Run a(one, {});
        const Run b(two, {});
        const auto differences = configDifferences({&a, &b});
        QCOMPARE(differences.size(), std::size_t{2});
        QCOMPARE(differences[0].key, std::string("memory.budget"));
        QCOMPARE(differences[0].values[0], std::string("–"));
        QCOMPARE(differences[1].key, std::string("training.seed"));
        QCOMPARE(differences[1].values[1], std::string("5"));
        QVERIFY(configDifferences({&a, &a}).empty());
    }

private:
    static RunConfig configOf(std::int64_t seed, const std::string& preset)
    {
        RunConfig config;
        config.name = "run of " + std::to_string(seed);
        config.training.seed = seed;
        config.preset = preset;
        for (const Preset& known : builtinPresets())
            if (known.name == preset)
                config.choices = known.choices;
        return config;
    }
    static Run runOf(std::int64_t seed, const std::string& preset, std::int64_t steps)
    {
        Run run(configOf(seed, preset), {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{});
        for (std::int64_t i = 0; i < steps; ++i)
            run.apply(StepDone{
                .tick = i, .step = i, .loss = static_cast<double>(seed), .learningRate = 1, .seconds = 0.1});
        return run;
    }
    static Run evaluated(std::int64_t seed, const std::string& preset, double loss)
    {
        Run run = runOf(seed, preset, 10);
        run.apply(Evaluated{.tick = 10,
            .step = 10,
            .trainedTokens = 100,
            .loss = loss,
            .accuracy = NAN,
            .batchLosses = {loss, loss}});
        return run;
    }
};

QTEST_APPLESS_MAIN(OverlayTest)
#include "overlay_test.moc"
