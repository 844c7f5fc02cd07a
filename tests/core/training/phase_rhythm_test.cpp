// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_rhythm.h"

#include <QTest>

using namespace mantissa;

class PhaseRhythmTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPredictIsAcceptedWhenNothingIsKnown()
    {
        const PhasesConfig config{
            .warmupSteps = 10, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 5};
        const PhaseRhythm rhythm = rhythmOf(config, 60);
        QCOMPARE(rhythm.steps, 60);
        QCOMPARE(rhythm.ticks, (std::array<std::int64_t, 4>{10, 40, 12, 10})); // 10, 20, (6), 5, 20, (6), 5
        QCOMPARE(rhythm.entries, (std::array<std::int64_t, 4>{1, 2, 2, 2}));
    }
    void aRefusedBlockIsFollowedByALongerWait()
    {
        const PhasesConfig config{.warmupSteps = 0, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 0};
        QCOMPARE(rhythmOf(config, 100).ticks[indexOf(Phase::Predict)], 24);
        QCOMPARE(
            rhythmOf(config, 100, {{.confidence = 0.1, .probes = 6}}).ticks[indexOf(Phase::Predict)], 12);
    }
    void aBlockHasAsManyProbesAsWereWantedThen()
    {
        const PhasesConfig config{.warmupSteps = 0, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 0};
        QCOMPARE(rhythmOf(config, 61, {{.confidence = 1, .probes = 6}, {.confidence = 1, .probes = 3}})
                     .ticks[indexOf(Phase::Predict)],
            12);
    }
};

QTEST_APPLESS_MAIN(PhaseRhythmTest)
#include "phase_rhythm_test.moc"
