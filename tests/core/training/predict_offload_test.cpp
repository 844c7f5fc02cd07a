// SPDX-License-Identifier: Apache-2.0
#include "core/training/predict_offload.h"

#include <QTest>

using namespace mantissa;

namespace {

PredictOffload measured(double each, double probe, int probes)
{
    PredictOffload offload;
    offload.entered(1000, each);
    for (int i = 0; i < probes; ++i)
        offload.probed(probe);
    offload.left(each);
    return offload;
}

} // namespace

class PredictOffloadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsRefusedBeforeItWasMeasured()
    {
        QVERIFY(!PredictOffload().isTooDear(1));
        PredictOffload offload;
        offload.entered(0, 0);
        offload.probed(1e-9);
        QVERIFY(!offload.isTooDear(1));
    }
    void aPhaseOfTenTimesTheMovesIsLongEnough()
    {
        const PredictOffload offload
            = measured(0.5, 0.1, 10); // one second of moves, a tenth of a second a probe
        QVERIFY(offload.isTooDear(99));
        QVERIFY(!offload.isTooDear(100));
        QVERIFY(offload.sentence(15).find("15 probes take 1.5 s") != std::string::npos);
    }
    void aBlockWithoutMovesLeavesWhatWasMeasured()
    {
        PredictOffload offload = measured(1, 0.1, 4);
        offload.entered(0, 0);
        QVERIFY(offload.isTooDear(4));
        offload.forget();
        QVERIFY(!offload.isTooDear(4));
    }
    void theRemainderMovesOnlyBetweenEqualFormats()
    {
        const ResolvedPlan full{
            .compute = Precision::Bf16, .remainder = Tier::Device, .moments = Tier::Device};
        const ResolvedPlan predict{
            .compute = Precision::Bf16, .remainder = Tier::Host, .moments = Tier::Host};
        QVERIFY(withoutOffload(predict, full).remainder == Tier::Device);
        const ResolvedPlan cast{
            .compute = Precision::Fp32, .remainder = Tier::Device, .moments = Tier::Device};
        QVERIFY(withoutOffload(predict, cast).remainder == Tier::Host);
        QVERIFY(withoutOffload(predict, cast).moments == Tier::Device);
    }
};

QTEST_APPLESS_MAIN(PredictOffloadTest)
#include "predict_offload_test.moc"
