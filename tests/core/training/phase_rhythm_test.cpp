// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_rhythm.h"

#include "core/training/phase_controller.h"

#include <QTest>

using namespace mantissa;

namespace {

RunConfig with(const PhasesConfig& phases)
{
    RunConfig config;
    config.phases = phases;
    return config;
}

/// The plainest way to know: a run that does nothing but count.
PhaseRhythm tickByTick(
    const RunConfig& config, std::int64_t steps, const std::vector<PredictFinding>& findings)
{
    PhaseRhythm rhythm;
    PhaseController phases(config.phases);
    std::optional<Phase> before;
    std::size_t block = 0;
    const auto at = [&](std::size_t i) {
        return findings.empty() ? PredictFinding{} : findings[std::min(i, findings.size() - 1)];
    };
    while (rhythm.steps < steps) {
        const Phase phase = phases.current().phase;
        rhythm.entries[indexOf(phase)] += before == phase ? 0 : 1;
        before = phase;
        ++rhythm.ticks[indexOf(phase)];
        if (phase != Phase::Predict)
            ++rhythm.steps;
        else if (phases.blockEnds()) {
            const std::int64_t next = at(block + 1).probes;
            phases.setConfidence(at(block++).confidence, next > 0 ? next : INT64_MAX);
        }
        phases.tickDone();
    }
    return rhythm;
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
    void whatItCostsDoesNotGrowWithTheSteps()
    {
        constexpr std::int64_t many = 1'000'000'000'000;
        const std::vector<std::vector<PredictFinding>> findings{{}, {{.confidence = 0.1, .probes = 6}},
            {{.confidence = 0.9, .probes = 6}, {.confidence = 0.1, .probes = 2},
                {.confidence = 0.9, .probes = 3}}};
        for (const PhasesConfig& phases : {PhasesConfig{}, PhasesConfig{.fullSteps = 1, .correctSteps = 0},
                 PhasesConfig{.fullSteps = 1, .maxPredictSteps = 0}, PhasesConfig{.warmupSteps = many / 2},
                 PhasesConfig{.fullSteps = INT64_MAX},
                 PhasesConfig{.schedule = PhaseSchedule::Fixed,
                 .segments = {{Phase::Warmup, 5}, {Phase::Predict, 3}, {Phase::Full, 7}}}})
            for (const auto& blocks : findings) {
                const PhaseRhythm rhythm = rhythmOf(with(phases), many, blocks);
                QCOMPARE(rhythm.steps, many);
                QVERIFY2(rhythm.blocks < 200, std::to_string(rhythm.blocks).c_str());
            }
    }
    void whatRepeatsIsCountedAsIfItWereGoneThrough()
    {
        const std::vector<PredictFinding> findings{{.confidence = 0.1, .probes = 5},
            {.confidence = 0.9, .probes = 2}, {.confidence = 0.2, .probes = 4}};
        for (const std::int64_t full : {1, 3, 20})
            for (const std::int64_t correct : {0, 2})
                for (const std::size_t known : {0, 1, 2, 3})
                    for (const std::int64_t steps : {7, 64, 999, 5000}) {
                        const RunConfig config = with({.warmupSteps = 4,
                            .fullSteps = full,
                            .maxPredictSteps = 6,
                            .correctSteps = correct});
                        const std::vector<PredictFinding> blocks(
                            findings.begin(), findings.begin() + static_cast<std::ptrdiff_t>(known));
                        const PhaseRhythm fast = rhythmOf(config, steps, blocks);
                        const PhaseRhythm slow = tickByTick(config, steps, blocks);
                        QCOMPARE(fast.ticks, slow.ticks);
                        QCOMPARE(fast.entries, slow.entries);
                        QCOMPARE(fast.steps, slow.steps);
                    }
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
