// SPDX-License-Identifier: Apache-2.0
#include "core/training/jump_trial.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace mantissa;

namespace {

std::vector<double> falling(double perStep, double noise, int n)
{
    std::mt19937 random(5);
    std::normal_distribution<double> normal;
    std::vector<double> losses;
    for (int i = 0; i < n; ++i)
        losses.push_back(3 - perStep * i + noise * normal(random));
    return losses;
}

/// The lead that is found when the jump is worth `truth` steps and paired differences have this noise.
JumpTrial::Lead found(double truth, double noise, const LossSlope& slope, double realSlope)
{
    std::mt19937 random(9);
    std::normal_distribution<double> normal;
    JumpTrial trial(100, 32, 1, slope);
    trial.setCost(4);
    for (const std::int64_t step : trial.referenceSteps())
        trial.refer(step, 2.5);
    for (std::int64_t step = 100; step < 132; ++step)
        trial.stepped(
            step, 2.5 - realSlope * (truth + static_cast<double>(step - 100)) + noise * normal(random));
    return trial.lead();
}

} // namespace

class JumpTrialTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSlopeIsFoundThroughNoiseAndOutliers()
    {
        std::vector<double> losses = falling(1e-3, 0.05, 256);
        for (const std::size_t i : {10u, 100u, 200u})
            losses[i] = 9;
        const LossSlope slope = slopeOf(losses);
        QVERIFY(slope.isClear());
        QVERIFY(std::abs(slope.perStep - 1e-3) < 3 * slope.error);
        QVERIFY(slope.error > 2e-5 && slope.error < 1e-4);
        QVERIFY(!slopeOf(falling(0, 0.05, 256)).isClear());
        QVERIFY(!slopeOf(falling(-1e-3, 0.01, 256)).isClear());
        QVERIFY(!slopeOf(falling(1e-3, 0, 8)).isClear()); // too few
    }
    void aLeadIsMeasuredInStepsOfTheCourseBefore()
    {
        const LossSlope slope{1e-3, 2e-5};
        const auto ahead = found(30, 0.002, slope, 1e-3);
        QVERIFY(std::abs(ahead.steps - 30) < 3);
        QVERIFY(ahead.low > 20 && ahead.low < ahead.steps);
        QVERIFY(ahead.confidence > 0.99);
        const auto none = found(0, 0.002, slope, 1e-3);
        QVERIFY(std::abs(none.steps) < 3);
        QVERIFY(none.confidence < 0.05); // its cost is not met
        const auto behind = found(-20, 0.002, slope, 1e-3);
        QVERIFY(behind.steps < -15 && behind.confidence < 0.01);
    }
    void anUncertainSlopeWidensTheInterval()
    {
        const auto sure = found(30, 0.002, {1e-3, 1e-6}, 1e-3);
        const auto unsure = found(30, 0.002, {1e-3, 3e-4}, 1e-3);
        QVERIFY(sure.steps - sure.low < 2);
        QVERIFY(unsure.steps - unsure.low > 15);
    }
    void checksDoubleAndEachLooksAtItsOwnLastHalf()
    {
        JumpTrial trial(10, 16, 3, {1, 0.001});
        QCOMPARE(trial.referenceSteps().size(), std::size_t{24});
        QCOMPARE(trial.referenceSteps().front(), 18);
        QCOMPARE(trial.referenceSteps().back(), 10 + 63);
        QVERIFY(trial.isCheck(25) && trial.isCheck(41) && trial.isCheck(73));
        QVERIFY(!trial.isCheck(24) && !trial.isLastCheck(25) && trial.isLastCheck(73));
        for (const std::int64_t step : trial.referenceSteps())
            trial.refer(step, 100);
        for (std::int64_t step = 10; step < 26; ++step)
            trial.stepped(step, 100 - 7 - static_cast<double>(step - 10)); // seven ahead
        QVERIFY(std::abs(trial.lead().steps - 7) < 1e-9);
        for (std::int64_t step = 26; step < 42; ++step)
            trial.stepped(step, 100 - 3 - static_cast<double>(step - 10)); // and then three
        QVERIFY(std::abs(trial.lead().steps - 3) < 1e-9);
    }
    void withoutPairsNothingIsKnown()
    {
        const JumpTrial trial(10, 16, 1, {1, 0.1});
        QVERIFY(std::isnan(trial.lead().steps));
        QCOMPARE(trial.lead().confidence, 0.0);
    }
};

QTEST_APPLESS_MAIN(JumpTrialTest)
#include "jump_trial_test.moc"
