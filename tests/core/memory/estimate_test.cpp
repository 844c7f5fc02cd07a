// SPDX-License-Identifier: Apache-2.0
#include "core/memory/estimate.h"
#include "core/model/family.h"

#include <QTest>

using namespace mantissa;

class EstimateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fp32NeedsSixteenBytesAParameterBesideActivations()
    {
        const EstimateInput input{.model = {.layers = 2, .width = 512, .heads = 8, .context = 1},
            .choices = findPreset("conservative")->choices};
        const auto peak = estimateMemory(input).byPhase[indexOf(Phase::Full)];
        const std::int64_t n = parameterCount(input.model);
        QCOMPARE(peak->at(MemoryClass::Weights), 4 * n);
        QCOMPARE(peak->at(MemoryClass::Moments), 8 * n);
        // one token: the peak is the end of backward, all but the positions' gradient there
        QCOMPARE(peak->at(MemoryClass::Gradients), 4 * (n - input.model.context * input.model.width));
    }
    void defaultLeavesThePeakWhereItWasAndAggressiveDoesNot()
    {
        EstimateInput input{.batchSize = 12};
        input.choices = findPreset("conservative")->choices;
        const auto fp32 = estimateMemory(input).peakDeviceBytes();
        input.choices = findPreset("default")->choices;
        QCOMPARE(estimateMemory(input).peakDeviceBytes(), fp32);
        QVERIFY(estimateMemory(input).largestPhase() != Phase::Predict);
        input.choices = findPreset("aggressive")->choices;
        QVERIFY(estimateMemory(input).peakDeviceBytes() < fp32 * 3 / 4);
    }
    void offloadTakesItsBytesOffTheDevice()
    {
        EstimateInput input{.batchSize = 4};
        input.choices = findPreset("aggressive")->choices;
        const auto before = estimateMemory(input).byPhase[indexOf(Phase::Full)]->total();
        PhasePlan plan = input.choices.table.at(Phase::Full);
        plan.remainder = Tier::Host;
        plan.moments = Tier::Host;
        input.choices.table = input.choices.table.with(Phase::Full, plan);
        QCOMPARE(before - estimateMemory(input).byPhase[indexOf(Phase::Full)]->total(),
            10 * parameterCount(input.model));
    }
    void phasesThatDoNotRunHaveNoEstimate()
    {
        EstimateInput input{};
        input.phaseRuns = {false, true, false, false};
        QVERIFY(!estimateMemory(input).byPhase[indexOf(Phase::Predict)]);
    }
};

QTEST_APPLESS_MAIN(EstimateTest)
#include "estimate_test.moc"
