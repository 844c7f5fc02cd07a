// SPDX-License-Identifier: Apache-2.0
#include "core/record/throughput_series.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

class ThroughputSeriesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsHaveTheirTokensASecondAndProbesNone()
    {
        Run run(RunConfig{}, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{});
        ThroughputSeries speed;
        run.apply(StepDone{.tick = 0, .step = 0, .learningRate = 1, .seconds = 0.5});
        speed.follow(run);
        run.apply(ProbeDone{.tick = 1});
        run.apply(StepDone{.tick = 2, .step = 1, .learningRate = 1, .seconds = 0.1});
        run.apply(StepDone{.tick = 3, .step = 2, .learningRate = 1, .seconds = 0.1, .skipped = true});
        speed.follow(run);
        QCOMPARE(speed.values().size(), 4);
        QCOMPARE(speed.values().at(0), 20.0F);
        QVERIFY(std::isnan(speed.values().at(1)));
        QCOMPARE(speed.values().at(2), 100.0F);
        QVERIFY(std::isnan(speed.values().at(3))); // the weights are untouched
    }
};

QTEST_APPLESS_MAIN(ThroughputSeriesTest)
#include "throughput_series_test.moc"
