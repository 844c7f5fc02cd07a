// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_rhythm.h"

#include <QTest>

using namespace mantissa;

namespace {

RunConfig with(const PhasesConfig& phases)
{
    RunConfig config;
    config.phases = phases;
    return config;
}

} // namespace

class PhaseRhythmTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPredictIsAcceptedWhenNothingIsKnown()
    {
        const RunConfig config
            = with({.warmupSteps = 10, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 5});
        const PhaseRhythm rhythm = rhythmOf(config, 60);
        QCOMPARE(rhythm.steps, 60);
        QCOMPARE(rhythm.ticks, (std::array<std::int64_t, 4>{10, 40, 12, 10})); // 10, 20, (6), 5, 20, (6), 5
        QCOMPARE(rhythm.entries, (std::array<std::int64_t, 4>{1, 2, 2, 2}));
    }
    void aRefusedBlockIsFollowedByALongerWait()
    {
        const RunConfig config
            = with({.warmupSteps = 0, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 0});
        QCOMPARE(rhythmOf(config, 100).ticks[indexOf(Phase::Predict)], 24);
        QCOMPARE(
            rhythmOf(config, 100, {{.confidence = 0.1, .probes = 6}}).ticks[indexOf(Phase::Predict)], 12);
    }
    void aBlockHasAsManyProbesAsWereWantedThen()
    {
        const RunConfig config
            = with({.warmupSteps = 0, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 0});
        QCOMPARE(rhythmOf(config, 61, {{.confidence = 1, .probes = 6}, {.confidence = 1, .probes = 3}})
                     .ticks[indexOf(Phase::Predict)],
            12);
    }
    void wherePredictHasNothingToJudgeFullGoesOn()
    {
        RunConfig config
            = with({.warmupSteps = 10, .fullSteps = 20, .maxPredictSteps = 6, .correctSteps = 5});
        config.choices.execution = Execution::Layerwise;
        config.choices.table = config.choices.table.with(Phase::Full, {.weights = Tier::Disk});
        QCOMPARE(rhythmOf(config, 60).ticks, (std::array<std::int64_t, 4>{10, 50, 0, 0}));
    }
};

QTEST_APPLESS_MAIN(PhaseRhythmTest)
#include "phase_rhythm_test.moc"
