// SPDX-License-Identifier: Apache-2.0
#include "core/training/predict_offload.h"

#include <QTest>

using namespace mantissa;

namespace {

Parking measured(double each, double probe, int probes)
{
    Parking parking;
    parking.entered(1000, each);
    for (int i = 0; i < probes; ++i)
        parking.probed(probe);
    parking.left(each);
    return parking;
}

} // namespace

class ParkingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsRefusedBeforeItWasMeasured()
    {
        QVERIFY(!Parking().isTooDear(1));
        Parking parking;
        parking.entered(0, 0);
        parking.probed(1e-9);
        QVERIFY(!parking.isTooDear(1));
    }
    void aPhaseOfTenTimesTheMovesIsLongEnough()
    {
        const Parking parking = measured(0.5, 0.1, 10); // one second of moves, a tenth of a second a probe
        QVERIFY(parking.isTooDear(99));
        QVERIFY(!parking.isTooDear(100));
        QVERIFY(parking.sentence(15).find("15 probes take 1.5 s") != std::string::npos);
    }
    void aBlockWithoutMovesLeavesWhatWasMeasured()
    {
        Parking parking = measured(1, 0.1, 4);
        parking.entered(0, 0);
        QVERIFY(parking.isTooDear(4));
        parking.forget();
        QVERIFY(!parking.isTooDear(4));
    }
    void theRemainderMovesOnlyBetweenEqualFormats()
    {
        const ResolvedPlan full{
            .compute = Precision::Bf16, .remainder = Tier::Device, .moments = Tier::Device};
        const ResolvedPlan predict{
            .compute = Precision::Bf16, .remainder = Tier::Host, .moments = Tier::Host};
        QVERIFY(withoutParking(predict, full).remainder == Tier::Device);
        const ResolvedPlan cast{
            .compute = Precision::Fp32, .remainder = Tier::Device, .moments = Tier::Device};
        QVERIFY(withoutParking(predict, cast).remainder == Tier::Host);
        QVERIFY(withoutParking(predict, cast).moments == Tier::Device);
    }
};

QTEST_APPLESS_MAIN(ParkingTest)
#include "parking_test.moc"
