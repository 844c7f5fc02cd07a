// SPDX-License-Identifier: Apache-2.0
#include "core/record/run.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

MemoryReading bytes(std::int64_t weights, std::int64_t activations)
{
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = weights;
    memory.devicePeak.at(MemoryClass::Activations) = activations;
    memory.deviceReservedPeak = 2 * (weights + activations);
    return memory;
}

StepDone stepAt(std::int64_t tick, std::int64_t step, double seconds = 0.1)
{
    return {.tick = tick,
        .step = step,
        .loss = 5.0 - static_cast<double>(step),
        .learningRate = 1e-3,
        .seconds = seconds,
        .memory = bytes(10, tick)};
}

Run sampleRun()
{
    Run run(RunConfig{}, "/runs/sample");
    run.apply(RunStarted{.parameters = 7, .tokensPerStep = 100, .lastStep = 9});
    run.apply(SegmentStarted{.phase = Phase::Full, .casts = 0, .memory = bytes(10, 0)});
    for (int i = 0; i < 4; ++i)
        run.apply(stepAt(i, i));
    run.apply(Evaluated{.tick = 4, .step = 4, .trainedTokens = 400, .loss = 2, .memory = bytes(10, 50)});
    run.apply(SegmentStarted{.tick = 4,
        .step = 4,
        .phase = Phase::Predict,
        .plan = {.compute = Precision::Bf16},
        .casts = 3,
        .castSeconds = 0.5,
        .memory = bytes(20, 0)});
    run.apply(ProbeDone{.tick = 4, .step = 4, .loss = 2, .readoutLoss = 1.5, .memory = bytes(5, 2)});
    return run;
}

} // namespace

class RunTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void peaksOfRowsThatAResumeMakesVoidDoNotStay()
    {
        const auto at = [](std::int64_t resumeTick) {
            Run run(RunConfig{}, {});
            run.apply(RunStarted{});
            run.apply(SegmentStarted{.tick = 0, .phase = Phase::Full, .memory = bytes(10, 0)});
            for (std::int64_t tick = 0; tick < 10; ++tick) // the fullest row is the eighth
                run.apply(StepDone{.tick = tick,
                    .step = tick,
                    .loss = 9.0 - static_cast<double>(tick),
                    .learningRate = 1,
                    .memory = bytes(10, tick == 7 ? 1000 : tick)});
            run.apply(Evaluated{.tick = 10, .step = 10, .memory = bytes(10, 5000)});
            run.apply(
                SegmentStarted{.tick = 10, .step = 10, .phase = Phase::Predict, .memory = bytes(10, 7000)});
            run.apply(RunStarted{.tick = resumeTick, .step = resumeTick});
            return run;
        };
        QCOMPARE(at(10).peakDeviceBytes(), 5010); // the evaluation stays, the way into Predict does not
        QVERIFY(!at(10).peakOf(Phase::Predict));
        QVERIFY(!at(10).transitionPeakOf(Phase::Predict));
        QCOMPARE(at(9).peakDeviceBytes(), 1010);
        QCOMPARE(at(9).peakOf(Phase::Full)->tick, 7);
        QCOMPARE(at(9).peakOf(Phase::Full)->memory.deviceReservedPeak, 2020);
        QCOMPARE(at(8).peakDeviceBytes(), 1010);
        QCOMPARE(at(7).peakDeviceBytes(), 16); // that of the seventh row
        QCOMPARE(at(1).peakDeviceBytes(), 10);
        QVERIFY(!at(0).peakOf(Phase::Full));
        QCOMPARE(at(0).peakDeviceBytes(), 0);
        QVERIFY(std::isnan(at(0).lastLoss()));
        QCOMPARE(at(7).lastLoss(), 3.0);
        Run again = at(7);
        again.apply(SegmentStarted{.tick = 7, .step = 7, .phase = Phase::Full, .memory = bytes(10, 0)});
        again.apply(stepAt(7, 7));
        QCOMPARE(again.peakDeviceBytes(), 17); // and goes on from there
    }
    void aPeakThatGrowsForLongIsForgottenFromItsEnd()
    {
        Run run(RunConfig{}, {});
        run.apply(SegmentStarted{.phase = Phase::Full});
        for (std::int64_t tick = 0; tick < 20000; ++tick)
            run.apply(stepAt(tick, tick));
        QCOMPARE(run.peakDeviceBytes(), 10 + 19999);
        run.apply(RunStarted{.tick = 19900, .step = 19900});
        QCOMPARE(run.peakDeviceBytes(), 10 + 19899);
    }
    void aRowThatDoesNotSayItsMemoryIsLeftOutOfTheMean()
    {
        Run run(RunConfig{}, {});
        run.apply(SegmentStarted{.phase = Phase::Full});
        run.apply(stepAt(0, 0));
        run.apply(StepDone{.tick = 1, .step = 1, .learningRate = 1}); // its "memory" could not be read
        QCOMPARE(run.meanDeviceBytes(), 10.0);
        QCOMPARE(run.ticks(), 2);
    }
    void stepsAndProbesAreTicksButOnlyStepsTrain()
    {
        const Run run = sampleRun();
        QCOMPARE(run.ticks(), 5);
        QCOMPARE(run.steps(), 4);
        QCOMPARE(run.trainedTokens(), 400);
        QVERIFY(std::isnan(run.columns().loss.at(4)));
        QCOMPARE(run.columns().readoutGain.at(4), 0.5F);
    }
    void aJumpThatIsRejectedTakesItsStepsBackAndKeepsItsRows()
    {
        Run run = sampleRun();
        run.apply(JumpMade{.tick = 5, .step = 4, .lead = 1, .correctSteps = 2});
        run.apply(stepAt(5, 4));
        run.apply(stepAt(6, 5));
        run.apply(AnnealedEstimated{.tick = 7, .step = 6, .loss = 1, .seconds = 0.25});
        QCOMPARE(run.steps(), 6);
        run.apply(JumpJudged{.tick = 7,
            .step = 6,
            .fromStep = 4,
            .verdict = JumpVerdict::Rejected,
            .toStep = 4,
            .text = "back"});
        QCOMPARE(run.steps(), 4);
        QCOMPARE(run.ticks(), 7);
        QVERIFY(run.annealed().empty());
        QCOMPARE(run.predictSeconds(), 0.25); // it was spent all the same
        QCOMPARE(run.notices().back().text, "back");
    }
    void ofManyMeasuredNumbersTheFirstAndTheNewestStay()
    {
        Run run = sampleRun();
        for (int i = 0; i < 2000; ++i)
            run.apply(NumbersMeasured{.tick = i, .step = i});
        QVERIFY(run.numbers().size() <= 256);
        QCOMPARE(run.numbers().front().step, 0);
        QCOMPARE(run.numbers().back().step, 1999);
        run.apply(RunStarted{.tick = 1000});
        QVERIFY(run.numbers().back().tick < 1000);
    }
    void evaluationCountsToThePhaseItIsInAndTransitionsToTheOneEntered()
    {
        const Run run = sampleRun();
        QCOMPARE(run.peakOf(Phase::Full)->memory.devicePeak.total(), 60);
        QCOMPARE(run.peakOf(Phase::Predict)->memory.devicePeak.total(), 20);
        QCOMPARE(run.peakDeviceBytes(), 60);
        QVERIFY(!run.peakOf(Phase::Correct));
    }
    void segmentsKnowTheirTicks()
    {
        const Run run = sampleRun();
        QCOMPARE(run.segments()[0].ticks(), 4);
        QVERIFY(run.segmentAt(3) == &run.segments()[0]);
        QVERIFY(run.segmentAt(4) == &run.segments()[1]);
    }
    void theTableOfATickIsTheOneThatWasInForce()
    {
        Run run = sampleRun();
        const PrecisionTable bf16 = run.table().with(Phase::Full, {.compute = Precision::Bf16});
        const PrecisionTable fp16 = run.table().with(Phase::Full, {.compute = Precision::Fp16});
        run.apply(TableChanged{.tick = 2, .step = 2, .table = bf16});
        run.apply(TableChanged{.tick = 4, .step = 4, .table = fp16});
        QVERIFY(run.tableAt(1) == run.config().choices.table);
        QVERIFY(run.tableAt(2) == bf16);
        QVERIFY(run.tableAt(3) == bf16);
        QVERIFY(run.tableAt(100) == fp16);
    }
    void segmentsThatBeginAlikeShareWhatTheySay()
    {
        Run run(RunConfig{}, {});
        run.apply(RunStarted{.tokensPerStep = 1});
        for (int i = 0; i < 1000; ++i)
            run.apply(SegmentStarted{.tick = i,
                .step = i,
                .phase = i % 2 == 0 ? Phase::Full : Phase::Predict,
                .reason = "as before",
                .casts = 2,
                .castSeconds = 0.5,
                .memory = bytes(10, i < 500 ? 1 : i)});
        QCOMPARE(run.segments().size(), std::size_t{1000});
        QVERIFY(run.segments()[0].start == run.segments()[498].start);
        QVERIFY(run.segments()[0].start != run.segments()[1].start);
        QVERIFY(run.segments()[998].start != run.segments()[996].start);
        QCOMPARE(run.segments()[996].start->memory.devicePeak.at(MemoryClass::Activations), 996);
        QCOMPARE(run.casts(), 2000);
        QCOMPARE(run.castSeconds(), 500.0);
        QCOMPARE(run.segmentsBegunBy(-1), 0);
        QCOMPARE(run.segmentsBegunBy(998), 999);
        const Run copy = run; // as a baseline is kept
        run = Run();
        QCOMPARE(copy.segments()[3].start->reason, std::string("as before"));
    }
    void resumingDropsWhatCameAfterTheCheckpoint()
    {
        Run run = sampleRun();
        run.apply(RunStarted{.tick = 2, .step = 2, .tokensPerStep = 100});
        QCOMPARE(run.ticks(), 2);
        QCOMPARE(run.steps(), 2);
        QCOMPARE(run.evaluations().size(), std::size_t{0});
        QCOMPARE(run.segments().size(), std::size_t{1});
        QCOMPARE(run.segments()[0].endTick, 2);
        run.apply(stepAt(2, 2));
        QCOMPARE(run.ticks(), 3);
    }
    void throughputIsTheMedianWithoutTheFirstTwoSteps()
    {
        Run run(RunConfig{}, {});
        run.apply(RunStarted{.tokensPerStep = 100});
        run.apply(SegmentStarted{});
        const double seconds[] = {9, 9, 0.5, 0.25, 8};
        for (int i = 0; i < 5; ++i)
            run.apply(stepAt(i, i, seconds[i]));
        QCOMPARE(run.tokensPerSecond(), 200.0);
    }
    void skippedStepsAreTicksThatTrainNothing()
    {
        Run run(RunConfig{}, {});
        run.apply(RunStarted{.tokensPerStep = 1});
        StepDone skipped = stepAt(0, 0);
        skipped.skipped = true;
        run.apply(skipped);
        run.apply(stepAt(1, 0));
        QCOMPARE(run.steps(), 1);
        QCOMPARE(run.skippedSteps(), 1);
    }
    void aRollBackKeepsItsRowsAndVoidsWhatWasSaidOfLaterSteps()
    {
        Run run = sampleRun();
        const std::int64_t ticks = run.ticks();
        run.apply(Evaluated{.tick = ticks, .step = 4});
        run.apply(CheckpointSaved{.tick = ticks, .step = 4});
        run.apply(DivergenceAnswered{.tick = ticks,
            .step = 4,
            .finding = {.level = DivergenceLevel::Critical},
            .answer = DivergenceAnswer::RolledBack,
            .toStep = 2,
            .text = "back"});
        QCOMPARE(run.ticks(), ticks);
        QCOMPARE(run.steps(), 2);
        QCOMPARE(run.rollbacks(), 1);
        QCOMPARE(run.evaluations().size(), std::size_t{0});
        QCOMPARE(run.checkpoints().size(), std::size_t{0});
        QVERIFY(run.notices().back().severity == Severity::Critical);
        run.apply(
            RunStarted{.tick = ticks, .step = 2, .tokensPerStep = 100}); // its own checkpoint is of this tick
        QCOMPARE(run.rollbacks(), 1);
        run.apply(RunStarted{.tick = ticks - 1, .step = 1, .tokensPerStep = 100});
        QCOMPARE(run.rollbacks(), 0);
    }
    void castsAreSummedOverSegments()
    {
        QCOMPARE(sampleRun().casts(), 3);
        QCOMPARE(sampleRun().castSeconds(), 0.5);
        QCOMPARE(sampleRun().castMismatches(), 0);
    }
};

QTEST_APPLESS_MAIN(RunTest)
#include "run_test.moc"
