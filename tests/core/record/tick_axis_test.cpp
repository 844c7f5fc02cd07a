// SPDX-License-Identifier: Apache-2.0
#include "core/record/tick_axis.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

class TickAxisTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aProbeIsATickButNoStep()
    {
        const Run run = mixedRun(); // 10 steps, 5 probes, 10 steps of which one was skipped
        QCOMPARE(axisValueAt(run, AxisUnit::Step, 10), 10.0);
        QCOMPARE(axisValueAt(run, AxisUnit::Step, 15), 10.0);
        QCOMPARE(axisValueAt(run, AxisUnit::Step, 25), 19.0);
        QCOMPARE(axisValueAt(run, AxisUnit::Tokens, 25), 190.0);
        QVERIFY(std::abs(axisValueAt(run, AxisUnit::Seconds, 25) - 2.5) < 1e-6);
        QCOMPARE(axisValueAt(run, AxisUnit::Tick, 7.5), 7.5);
    }
    void aValueIsFoundAtTheTickThatReachesIt()
    {
        const Run run = mixedRun();
        QCOMPARE(tickOfAxisValue(run, AxisUnit::Step, 10), 10.0); // before the probes
        QCOMPARE(tickOfAxisValue(run, AxisUnit::Step, 11), 16.0);
        QCOMPARE(tickOfAxisValue(run, AxisUnit::Step, 1e9), 25.0);
        QCOMPARE(tickOfAxisValue(run, AxisUnit::Tokens, 45), 4.5);
        QVERIFY(std::abs(tickOfAxisValue(run, AxisUnit::Seconds, 1.25) - 12.5) < 1e-3);
    }
    void thereAndBackIsTheSameWhereItGrows()
    {
        const Run run = mixedRun();
        for (const AxisUnit unit : allAxisUnits)
            for (const double tick : {0.0, 1.0, 4.5, 9.0})
                QVERIFY(std::abs(tickOfAxisValue(run, unit, axisValueAt(run, unit, tick)) - tick) < 1e-3);
    }
    void anEmptyRunHasNoAxis()
    {
        QCOMPARE(axisValueAt(Run(), AxisUnit::Seconds, 3), 0.0);
        QCOMPARE(tickOfAxisValue(Run(), AxisUnit::Tokens, 3), 0.0);
    }

private:
    static Run mixedRun()
    {
        Run run;
        run.apply(RunStarted{.tokensPerStep = 10});
        std::int64_t step = 0;
        for (std::int64_t tick = 0; tick < 25; ++tick) {
            if (tick >= 10 && tick < 15) {
                run.apply(ProbeDone{.tick = tick, .step = step, .seconds = 0.1});
                continue;
            }
            const bool skipped = tick == 20;
            run.apply(StepDone{
                .tick = tick, .step = step, .learningRate = 1e-3, .seconds = 0.1, .skipped = skipped});
            step += skipped ? 0 : 1;
        }
        return run;
    }
};

QTEST_APPLESS_MAIN(TickAxisTest)
#include "tick_axis_test.moc"
