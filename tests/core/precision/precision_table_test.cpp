// SPDX-License-Identifier: Apache-2.0
#include "core/precision/precision_table.h"
#include "core/precision/preset.h"

#include <QTest>

using namespace mantissa;

class PrecisionTableTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void offMeansFp32AndTheChoicesStay()
    {
        const PrecisionTable table
            = PrecisionTable{}
                  .with(Phase::Full, {.compute = Precision::Bf16, .moments = Tier::Host})
                  .withEnabled(false);
        QVERIFY(table.resolve(Phase::Full).compute == Precision::Fp32);
        QVERIFY(table.resolve(Phase::Full).gradients == Precision::Fp32);
        QVERIFY(table.resolve(Phase::Full).moments == Tier::Host);
        QVERIFY(table.withEnabled(true).resolve(Phase::Full).compute == Precision::Bf16);
    }
    void anExplicitChoiceStandsAboveAutoAndAutoAboveTheDefault()
    {
        const PrecisionTable table = PrecisionTable{}.withDefault(Precision::Fp16);
        QVERIFY(table.resolve(Phase::Predict).compute == Precision::Bf16);
        QVERIFY(
            table.resolve(Phase::Full).compute == Precision::Fp32); // auto's recommendation, not the default
        QVERIFY(table.withAuto(false).resolve(Phase::Full).compute == Precision::Fp16);
        QVERIFY(table.with(Phase::Predict, {.compute = Precision::Fp32}).resolve(Phase::Predict).compute
            == Precision::Fp32);
    }
    void gradientsFollowComputeUnlessSaidOtherwise()
    {
        const PrecisionTable table
            = PrecisionTable{}
                  .with(Phase::Full, {.compute = Precision::Bf16, .gradients = GradientFormat::Fp32})
                  .with(Phase::Correct, {.compute = Precision::Bf16});
        QVERIFY(table.resolve(Phase::Full).gradients == Precision::Fp32);
        QVERIFY(table.resolve(Phase::Correct).gradients == Precision::Bf16);
    }
    void changingOnePhaseLeavesTheOriginalAlone()
    {
        const PrecisionTable original;
        const PrecisionTable changed = original.with(Phase::Full, {.compute = Precision::Bf16});
        QVERIFY(original == PrecisionTable{});
        QVERIFY(changed != original);
    }
    void theSeedsExampleGivesItsWidths()
    {
        constexpr std::array shares{0.1, 0.2, 0.6, 0.1}; // warmup, full, predict, correct
        QCOMPARE(timeAveragedWidth(findPreset("default")->choices.table, shares), 0.70);
        QCOMPARE(timeAveragedWidth(findPreset("aggressive")->choices.table, shares), 0.50);
        QCOMPARE(timeAveragedWidth(findPreset("conservative")->choices.table, shares), 1.0);
        QCOMPARE(timeAveragedWidth(PrecisionTable{}, {}), 1.0);
    }
};

QTEST_APPLESS_MAIN(PrecisionTableTest)
#include "precision_table_test.moc"
