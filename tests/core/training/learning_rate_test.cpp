// SPDX-License-Identifier: Apache-2.0
#include "core/training/learning_rate.h"

#include <QTest>

using namespace mantissa;

class LearningRateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void risesInEqualStepsToTheRate()
    {
        const OptimizerConfig config{.learningRate = 1, .warmupSteps = 4};
        QCOMPARE(learningRateAt(config, 0, 100), 0.25);
        QCOMPARE(learningRateAt(config, 3, 100), 1.0);
    }
    void fallsToTheFloorAtTheLastStep_data()
    {
        QTest::addColumn<int>("schedule");
        QTest::addColumn<double>("half");
        QTest::addColumn<double>("last");
        QTest::newRow("constant") << static_cast<int>(LearningRateSchedule::Constant) << 1.0 << 1.0;
        QTest::newRow("linear") << static_cast<int>(LearningRateSchedule::Linear) << 0.55 << 0.1;
        QTest::newRow("cosine") << static_cast<int>(LearningRateSchedule::Cosine) << 0.55 << 0.1;
    }
    void fallsToTheFloorAtTheLastStep()
    {
        QFETCH(int, schedule);
        QFETCH(double, half);
        QFETCH(double, last);
        const OptimizerConfig config{.learningRate = 1,
            .schedule = static_cast<LearningRateSchedule>(schedule),
            .warmupSteps = 10,
            .minLrRatio = 0.1};
        QCOMPARE(learningRateAt(config, 60, 110), half);
        QCOMPARE(learningRateAt(config, 110, 110), last);
        QCOMPARE(learningRateAt(config, 500, 110), last);
    }
    void withoutWarmUpTheFirstStepHasTheFullRate()
    {
        QCOMPARE(learningRateAt(
                     {.learningRate = 2, .schedule = LearningRateSchedule::Constant, .warmupSteps = 0}, 0, 5),
            2.0);
    }
};

QTEST_APPLESS_MAIN(LearningRateTest)
#include "learning_rate_test.moc"
