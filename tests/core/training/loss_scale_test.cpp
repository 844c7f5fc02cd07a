// SPDX-License-Identifier: Apache-2.0
#include "core/training/loss_scale.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

class LossScaleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsAtTwoToTheSixteenth() { QCOMPARE(LossScale{}.value(), 65536.0); }
    void halvesOnOverflowAndNeverFallsBelowOne()
    {
        LossScale scale;
        for (int i = 0; i < 40; ++i)
            scale.stepDone(true);
        QCOMPARE(scale.value(), 1.0);
    }
    void doublesAfterTwoThousandCleanStepsUpToTwoToTheTwentyFourth()
    {
        LossScale scale;
        for (int i = 0; i < 1999; ++i)
            scale.stepDone(false);
        QCOMPARE(scale.value(), 65536.0);
        scale.stepDone(false);
        QCOMPARE(scale.value(), 131072.0);
        for (int i = 0; i < 2000 * 20; ++i)
            scale.stepDone(false);
        QCOMPARE(scale.value(), 16777216.0);
    }
    void anOverflowStartsTheCountAnew()
    {
        LossScale scale;
        for (int i = 0; i < 1999; ++i)
            scale.stepDone(false);
        scale.stepDone(true);
        scale.stepDone(false);
        QCOMPARE(scale.value(), 32768.0);
    }
    void twentySkipsInAHundredStepsAreHopeless()
    {
        LossScale scale;
        for (int i = 0; i < 19; ++i)
            scale.stepDone(true);
        QVERIFY(!scale.isHopeless());
        scale.stepDone(true);
        QVERIFY(scale.isHopeless());
        for (int i = 0; i < 100; ++i)
            scale.stepDone(false);
        QVERIFY(!scale.isHopeless());
    }
    void stateRoundTrips()
    {
        LossScale scale;
        for (int i = 0; i < 2345; ++i)
            scale.stepDone(i % 7 == 0);
        LossScale restored;
        QVERIFY(restored.restore(*parseJson(scale.state().dump(), "state")));
        for (int i = 0; i < 3000; ++i) {
            scale.stepDone(i % 997 == 0);
            restored.stepDone(i % 997 == 0);
            QCOMPARE(restored.value(), scale.value());
            QCOMPARE(restored.isHopeless(), scale.isHopeless());
        }
    }
    void damagedStateIsRefused() { QVERIFY(!LossScale{}.restore({{"value", "much"}})); }
};

QTEST_APPLESS_MAIN(LossScaleTest)
#include "loss_scale_test.moc"
