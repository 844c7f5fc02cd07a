// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/what_if.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

/// 10 steps of Warmup, 20 of Full, 4 probes, 5 of Correct, 15 of Full: a run in the rhythm of its config.
RunConfig config()
{
    RunConfig config{.phases = {.warmupSteps = 10, .fullSteps = 20, .maxPredictSteps = 4, .correctSteps = 5}};
    config.training = {.maxSteps = 50, .evalInterval = 0, .saveInterval = 0};
    config.choices = findPreset("default")->choices;
    return config;
}

MemoryReading measured(const RunConfig& config, Phase phase)
{
    MemoryReading reading;
    reading.devicePeak = *estimateMemory(config.estimateInput()).byPhase[indexOf(phase)];
    reading.devicePeak.at(MemoryClass::Workspace) += 1000; // what no estimate knew
    return reading;
}

Run recorded(const RunConfig& config)
{
    Run run(config, {});
    run.apply(RunStarted{.tokensPerStep = 10});
    std::int64_t tick = 0, step = 0;
    const auto phaseOf = [&](Phase phase, int ticks, double seconds) {
        run.apply(SegmentStarted{.tick = tick,
            .step = step,
            .phase = phase,
            .plan = config.choices.resolve(phase),
            .casts = phase == Phase::Warmup ? 0 : 3,
            .castSeconds = phase == Phase::Warmup ? 0 : 0.5});
        for (int i = 0; i < ticks; ++i, ++tick)
            if (phase == Phase::Predict)
                run.apply(ProbeDone{
                    .tick = tick, .step = step, .seconds = seconds, .memory = measured(config, phase)});
            else
                run.apply(StepDone{
                    .tick = tick, .step = step++, .seconds = seconds, .memory = measured(config, phase)});
    };
    phaseOf(Phase::Warmup, 10, 2);
    phaseOf(Phase::Full, 20, 2);
    phaseOf(Phase::Predict, 4, 0.5);
    run.apply(PredictJudged{.tick = tick, .step = step, .probes = 4, .confidence = 1});
    phaseOf(Phase::Correct, 5, 2);
    phaseOf(Phase::Full, 15, 2);
    run.apply(Evaluated{.tick = tick, .step = step, .seconds = 3});
    run.apply(RunEnded{.tick = tick, .step = step, .seconds = 110});
    return run;
}

} // namespace

class WhatIfTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutAChangeItIsWhatWasRecorded()
    {
        const Run run = recorded(config());
        const WhatIf same = *whatIf(run, config());
        QCOMPARE(same.peak, same.recordedPeak);
        QVERIFY(std::abs(*same.seconds - 110) < 1e-6);
        QVERIFY(same.notes.empty());
        for (const WhatIfPhase& row : same.phases) {
            QCOMPARE(row.source, WhatIfSource::Measured);
            QCOMPARE(row.ticks, row.recordedTicks);
        }
    }
    void aChangedPhaseIsPredictedByTheDifferenceOfEstimates()
    {
        RunConfig changed = config();
        changed.choices.table
            = changed.choices.table.with(Phase::Full, {.activations = ActivationPolicy::Recompute});
        const Run run = recorded(config());
        const WhatIf result = *whatIf(run, changed);
        const WhatIfPhase& full = result.phases[indexOf(Phase::Full)];
        QCOMPARE(full.source, WhatIfSource::Predicted);
        QCOMPARE(full.predicted->total(), measured(changed, Phase::Full).devicePeak.total());
        QCOMPARE(result.phases[indexOf(Phase::Correct)].source, WhatIfSource::Measured);
        QCOMPARE(*result.phases[indexOf(Phase::Correct)].predicted,
            *result.phases[indexOf(Phase::Correct)].recorded);
        QVERIFY(!full.tickSeconds);
        QVERIFY(!result.seconds); // recomputing was never timed
        QVERIFY(result.notes.front().find("not measured in this run") != std::string::npos);
    }
    void aPeakAtAnotherInstantThanTheEstimatesMovesByTheTotal()
    {
        const RunConfig base = config();
        RunConfig changed = base;
        changed.choices.releaseGradients = true;
        Run run(base, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{.phase = Phase::Full, .plan = base.choices.resolve(Phase::Full)});
        MemoryComposition peak = *estimateMemory(base.estimateInput()).byPhase[indexOf(Phase::Full)];
        peak.at(MemoryClass::Activations)
            += peak.at(MemoryClass::Gradients); // the same bytes, before backward has any gradient
        peak.at(MemoryClass::Gradients) = 0;
        run.apply(StepDone{.memory = {.devicePeak = peak}});
        const MemoryComposition predicted = *whatIf(run, changed)->phases[indexOf(Phase::Full)].predicted;
        QCOMPARE(predicted.total(),
            estimateMemory(changed.estimateInput()).byPhase[indexOf(Phase::Full)]->total());
        for (const std::int64_t bytes : predicted.bytes)
            QVERIFY(bytes >= 0);
    }
    void aFormatThatRanInAnotherPhaseHasItsTime()
    {
        RunConfig base = config();
        base.choices.table = base.choices.table.with(Phase::Correct, {.compute = Precision::Bf16});
        RunConfig changed = base;
        changed.choices.table = changed.choices.table.with(Phase::Full, {.compute = Precision::Bf16});
        const WhatIf result = *whatIf(recorded(base), changed);
        QCOMPARE(*result.phases[indexOf(Phase::Full)].tickSeconds, 2.0);
    }
    void aPhaseLengthIsReplayed()
    {
        RunConfig changed = config();
        changed.phases.maxPredictSteps = 0;
        const WhatIf result = *whatIf(recorded(config()), changed);
        QCOMPARE(result.phases[indexOf(Phase::Predict)].ticks, 0);
        QVERIFY(!result.phases[indexOf(Phase::Predict)].predicted);
        QCOMPARE(result.phases[indexOf(Phase::Full)].ticks, 40);
        // 50 steps of 2 s, 3 s of evaluation, what the run took beside its ticks (3.5 s), and no casts
        QVERIFY(*result.seconds > 100 && *result.seconds < 110);
    }
    void aPhaseThatNeverRanIsAnEstimate()
    {
        RunConfig without = config();
        without.phases.maxPredictSteps = 0;
        Run run(without, {});
        run.apply(RunStarted{.tokensPerStep = 10});
        run.apply(SegmentStarted{.phase = Phase::Full, .plan = without.choices.resolve(Phase::Full)});
        for (int tick = 0; tick < 50; ++tick)
            run.apply(
                StepDone{.tick = tick, .step = tick, .seconds = 1, .memory = measured(without, Phase::Full)});
        const WhatIf result = *whatIf(run, config());
        QCOMPARE(result.phases[indexOf(Phase::Predict)].source, WhatIfSource::Estimate);
        QVERIFY(!result.seconds);
    }
    void anotherModelIsRefused()
    {
        RunConfig changed = config();
        changed.model.width = 256;
        const auto refused = whatIf(recorded(config()), changed);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ExitCode::Usage);
        QVERIFY(!whatIf(Run(config(), {}), config()));
    }
};

QTEST_APPLESS_MAIN(WhatIfTest)
#include "what_if_test.moc"
