// SPDX-License-Identifier: Apache-2.0
#include "core/precision/table_edit.h"

#include <QTest>

using namespace mantissa;

class TableEditTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatTheEditorLeftAloneStaysAsItIsInForce()
    {
        const PrecisionTable seen = PrecisionTable{}.withDefault(Precision::Bf16);
        const PrecisionTable inForce
            = seen.with(Phase::Full, {.activations = ActivationPolicy::Recompute, .moments = Tier::Host});
        const PrecisionTable result
            = applied({seen.with(Phase::Full, {.compute = Precision::Bf16}), seen}, inForce);
        const PhasePlan expected{
            .compute = Precision::Bf16, .activations = ActivationPolicy::Recompute, .moments = Tier::Host};
        QVERIFY(result.at(Phase::Full) == expected);
        QVERIFY(result.at(Phase::Warmup) == PhasePlan{});
        QVERIFY(result.defaultPrecision() == Precision::Bf16);
    }
    void whatTheEditorChangedWinsOverWhatIsInForce()
    {
        const PrecisionTable inForce = PrecisionTable{}.with(Phase::Full, {.moments = Tier::Disk});
        const PrecisionTable seen = PrecisionTable{}.with(Phase::Full, {.moments = Tier::Host});
        QVERIFY(applied({PrecisionTable{}, seen}, inForce) == PrecisionTable{});
    }
    void everyFieldIsMergedByItself()
    {
        const PhasePlan other{.compute = Precision::Fp16,
            .gradients = GradientFormat::Fp32,
            .activations = ActivationPolicy::Recompute,
            .weights = Tier::Host,
            .remainder = Tier::Host,
            .moments = Tier::Host};
        PrecisionTable changed
            = PrecisionTable{}.withEnabled(false).withAuto(false).withDefault(Precision::Fp16);
        for (const Phase phase : allPhases)
            changed = changed.with(phase, other);
        QVERIFY(applied({changed, PrecisionTable{}}, PrecisionTable{}) == changed);
        QVERIFY(applied({PrecisionTable{}, PrecisionTable{}}, changed) == changed);
        QVERIFY(applied({changed, changed}, PrecisionTable{}) == PrecisionTable{});
        QVERIFY(applied({PrecisionTable{}, changed}, changed) == PrecisionTable{});
    }
};

QTEST_APPLESS_MAIN(TableEditTest)
#include "table_edit_test.moc"
