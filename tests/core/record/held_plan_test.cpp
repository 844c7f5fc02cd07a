// SPDX-License-Identifier: Apache-2.0
#include "core/record/held_plan.h"

#include <QTest>

using namespace mantissa;

class HeldPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fp32OnDeviceIsOneTensorWithoutLowHalves()
    {
        const HeldPlan plan = heldPlan({}, Phase::Full);
        QVERIFY(isAsPlanned({"fp32", Tier::Device, 400}, plan.weights));
        QVERIFY(isAsPlanned({}, plan.remainder));
        QVERIFY(!isAsPlanned({"int16", Tier::Device, 200}, plan.remainder));
        QVERIFY(isAsPlanned({"fp32", Tier::Device, 800}, plan.moments));
    }
    void a16BitPhaseKeepsLowHalvesOnlyForAnExactMaster()
    {
        PresetChoices choices;
        choices.table
            = choices.table.with(Phase::Full, {.compute = Precision::Fp16, .remainder = Tier::Host});
        QCOMPARE(heldPlan(choices, Phase::Full).weights.format, std::string("fp16"));
        QCOMPARE(heldPlan(choices, Phase::Full).remainder.format, std::string("int16"));
        QVERIFY(heldPlan(choices, Phase::Full).remainder.tier == Tier::Host);
        choices.master = Master::Rounded;
        QVERIFY(heldPlan(choices, Phase::Full).remainder.format.empty());
    }
    void weightsThatRestOffDeviceArePairsWhateverTheComputeFormat()
    {
        PresetChoices choices;
        choices.moments = MomentsFormat::Int8;
        choices.table = choices.table.with(Phase::Full,
            {.compute = Precision::Fp32,
                .weights = Tier::Disk,
                .remainder = Tier::Disk,
                .moments = Tier::Host});
        const HeldPlan plan = heldPlan(choices, Phase::Full);
        QVERIFY(isAsPlanned({"bf16", Tier::Disk, 0}, plan.weights));
        QVERIFY(isAsPlanned({"int16", Tier::Disk, 0}, plan.remainder));
        QVERIFY(isAsPlanned({"int8", Tier::Host, 0}, plan.moments));
        QVERIFY(!isAsPlanned({"int8", Tier::Device, 0}, plan.moments)); // another tier is a difference
    }
    void presetsThatShipAreHeldAsTheirTablesSay()
    {
        for (const Preset& preset : builtinPresets())
            for (const Phase phase : allPhases) {
                const HeldPlan plan = heldPlan(preset.choices, phase);
                QVERIFY(!plan.weights.format.empty() && !plan.moments.format.empty());
                QCOMPARE(plan.remainder.format.empty(),
                    plan.weights.format == "fp32" || preset.choices.master != Master::Exact);
            }
    }
};

QTEST_APPLESS_MAIN(HeldPlanTest)
#include "held_plan_test.moc"
