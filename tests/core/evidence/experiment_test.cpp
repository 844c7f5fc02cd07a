// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment.h"

#include <QTest>

#include <cmath>
#include <deque>

using namespace mantissa;

namespace {

constexpr std::int64_t plannedSteps = 4;

ExperimentPlan planOf(std::int64_t seeds)
{
    RunConfig base;
    base.training.maxSteps = plannedSteps;
    base.training.seed = 1;
    return *planExperiment(base, {*armFromPreset("aggressive", base)}, seeds);
}

/// A run of four steps that ends with `outcome` and evaluates to `losses`.
Run runOf(const PlannedRun& planned, const std::vector<double>& losses, std::int64_t bytes,
    Outcome outcome = Outcome::Completed)
{
    Run run(planned.config, "/experiment/" + planned.folder);
    run.apply(RunStarted{.tokensPerStep = 10, .device = "cpu: fake"});
    run.apply(SegmentStarted{.phase = Phase::Full});
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = bytes;
    for (std::int64_t i = 0; i < plannedSteps; ++i)
        run.apply(StepDone{.tick = i,
            .step = i,
            .loss = 1,
            .learningRate = 1,
            .seconds = planned.arm == 0 ? 0.5 : 0.25,
            .memory = memory});
    double mean = 0;
    for (const double loss : losses)
        mean += loss / static_cast<double>(losses.size());
    if (outcome == Outcome::Completed)
        run.apply(Evaluated{.tick = plannedSteps,
            .step = plannedSteps,
            .trainedTokens = plannedSteps * 10,
            .loss = mean,
            .accuracy = NAN,
            .batchLosses = losses});
    run.apply(RunEnded{.tick = plannedSteps, .step = plannedSteps, .outcome = outcome});
    return run;
}

/// A baseline at 2.0 and an arm that is worse by each of `deltas` percent.
struct Runs {
    ExperimentPlan plan;
    std::deque<Run> runs{};
    std::vector<const Run*> pointers{};
};

Runs runsWith(const std::vector<double>& deltas)
{
    Runs made{planOf(static_cast<std::int64_t>(deltas.size()))};
    for (const PlannedRun& planned : runsOf(made.plan)) {
        const double factor
            = planned.arm == 0 ? 1 : 1 + deltas[static_cast<std::size_t>(planned.seed - 1)] / 100;
        made.runs.push_back(runOf(planned, {1.9 * factor, 2.1 * factor}, planned.arm == 0 ? 1000 : 600));
        made.pointers.push_back(&made.runs.back());
    }
    return made;
}

ArmResult armOf(const std::vector<double>& deltas)
{
    const Runs made = runsWith(deltas);
    return resultOf(made.plan, made.pointers).arms.at(1);
}

bool isNear(double a, double b) { return std::abs(a - b) < 1e-6; }

} // namespace

class ExperimentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHandMadeExample()
    {
        const Runs made = runsWith({0.1, 0.2, 0.3});
        const ExperimentResult result = resultOf(made.plan, made.pointers);
        QVERIFY(result.warnings.empty());
        QCOMPARE(result.device, std::string("cpu: fake"));
        QCOMPARE(result.endedRuns(), std::size_t{6});
        QCOMPARE(result.plannedRuns(), std::size_t{6});
        const ArmResult& arm = result.arms[1];
        QVERIFY(isNear(*arm.seeds[1].deltaPercent, 0.2));
        QVERIFY(isNear(arm.delta->mean, 0.2));
        // t(2) = 4.302653, standard error 0.1 / sqrt(3)
        QVERIFY(isNear(arm.delta->high - arm.delta->mean, 4.30265273 * 0.1 / std::sqrt(3.0)));
        QVERIFY(isNear(arm.delta->mean - arm.delta->low, 4.30265273 * 0.1 / std::sqrt(3.0)));
        QVERIFY(arm.delta->method == IntervalMethod::PairedT);
        QVERIFY(isNear(*arm.peakRatio, 0.6));
        QVERIFY(isNear(*arm.speedRatio, 2.0));
        QCOMPARE(arm.peakDeviceBytes, 600);
        QVERIFY(*arm.verdict == Verdict::Reached);
        // both batches of seed 2 are worse by 0.2 % of themselves: 0.19 and 0.21 % of the mean
        QVERIFY(isNear(*arm.seeds[1].batchStandardError, 0.01));
        QVERIFY(
            isNear(*arm.batchStandardError, std::sqrt((0.005 * 0.005 + 0.01 * 0.01 + 0.015 * 0.015) / 3)));
    }
    void theBaselineHasNoVerdict()
    {
        const Runs made = runsWith({0.1, 0.2});
        const ArmResult baseline = resultOf(made.plan, made.pointers).arms[0];
        QVERIFY(baseline.isBaseline);
        QVERIFY(!baseline.verdict && !baseline.delta && !baseline.peakRatio);
        QVERIFY(isNear(baseline.tokensPerSecond, 20));
        QVERIFY(!baseline.seeds[0].deltaPercent);
        QVERIFY(isNear(baseline.seeds[0].evalLoss, 2));
    }
    void theIntervalDecidesAboutTheClaim_data()
    {
        QTest::addColumn<QList<double>>("deltas");
        QTest::addColumn<int>("verdict");
        QTest::newRow("equal bits") << QList<double>{0, 0} << static_cast<int>(Verdict::Reached);
        QTest::newRow("better") << QList<double>{-3, -3.1, -2.9} << static_cast<int>(Verdict::Reached);
        QTest::newRow("mean below, upper end above")
            << QList<double>{0.1, 0.4, 0.3} << static_cast<int>(Verdict::NotEnoughData);
        QTest::newRow("mean above, lower end below")
            << QList<double>{0.2, 0.9, 0.7} << static_cast<int>(Verdict::NotEnoughData);
        QTest::newRow("worse") << QList<double>{0.9, 1.0, 1.1} << static_cast<int>(Verdict::NotReached);
        QTest::newRow("just above the claim")
            << QList<double>{0.500001, 0.500001} << static_cast<int>(Verdict::NotReached);
        QTest::newRow("not a number") << QList<double>{0, NAN, 0} << static_cast<int>(Verdict::NotReached);
    }
    void theIntervalDecidesAboutTheClaim()
    {
        QFETCH(QList<double>, deltas);
        QFETCH(int, verdict);
        const ArmResult arm = armOf({deltas.begin(), deltas.end()});
        QCOMPARE(static_cast<int>(*arm.verdict), verdict);
        QVERIFY(!arm.reason.empty());
    }
    void fromTenSeedsOnTheIntervalIsABootstrap()
    {
        const std::vector<double> nine{0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3};
        std::vector<double> ten = nine;
        ten.push_back(0.2);
        QVERIFY(armOf(nine).delta->method == IntervalMethod::PairedT);
        const ArmResult arm = armOf(ten);
        QVERIFY(arm.delta->method == IntervalMethod::Bootstrap);
        QVERIFY(isNear(arm.delta->mean, 0.2));
        const auto student = meanInterval(ten);
        QVERIFY(std::abs(arm.delta->high - student->high())
            < 0.2 * student->halfWidth); // a tenth seed changes no rule of thumb
        QVERIFY(std::abs(arm.delta->low - student->low()) < 0.2 * student->halfWidth);
    }
    void missingPairsAreNotEnoughData()
    {
        Runs made = runsWith({0.1, 0.1, 0.1});
        made.pointers[5] = nullptr; // the arm with the last seed
        const ExperimentResult result = resultOf(made.plan, made.pointers);
        QCOMPARE(result.endedRuns(), std::size_t{5});
        QVERIFY(*result.arms[1].verdict == Verdict::NotEnoughData);
        QCOMPARE(result.arms[1].delta->seeds, std::size_t{2}); // told, and no verdict from it
        QVERIFY(!result.arms[1].seeds[2].outcome);
        QVERIFY(std::isnan(result.arms[1].seeds[2].evalLoss));
    }
    void anInterruptedRunGivesNoDelta()
    {
        Runs made = runsWith({0.1, 0.1});
        made.runs[1].apply(
            RunEnded{.tick = plannedSteps, .step = plannedSteps, .outcome = Outcome::Interrupted});
        const ExperimentResult result = resultOf(made.plan, made.pointers);
        QVERIFY(!result.arms[1].seeds[0].deltaPercent && !result.arms[1].seeds[0].peakRatio);
        QVERIFY(*result.arms[1].verdict == Verdict::NotEnoughData);
        QCOMPARE(result.endedRuns(), std::size_t{3});
    }
    void aRunThatDivergedHasNotReachedTheClaim()
    {
        Runs made = runsWith({0, 0, 0});
        const Run diverged = runOf(runsOf(made.plan)[3], {2}, 600, Outcome::Diverged);
        made.pointers[3] = &diverged;
        const ArmResult arm = resultOf(made.plan, made.pointers).arms[1];
        QVERIFY(*arm.verdict == Verdict::NotReached);
        QVERIFY(arm.reason.find("seed 2 diverged") != std::string::npos);
        QVERIFY(isFinal(diverged));
    }
    void aBaselineThatDivergedProvesNothing()
    {
        Runs made = runsWith({0, 0});
        const Run diverged = runOf(runsOf(made.plan)[0], {2}, 1000, Outcome::Diverged);
        made.pointers[0] = &diverged;
        const ArmResult arm = resultOf(made.plan, made.pointers).arms[1];
        QVERIFY(*arm.verdict == Verdict::NotEnoughData);
        QVERIFY(!arm.delta); // one pair
    }
    void lossesOfOneBatchHaveNoStandardError()
    {
        Runs made{planOf(2)};
        for (const PlannedRun& planned : runsOf(made.plan)) {
            made.runs.push_back(runOf(planned, {2.0}, 1000));
            made.pointers.push_back(&made.runs.back());
        }
        const ArmResult arm = resultOf(made.plan, made.pointers).arms[1];
        QVERIFY(!arm.batchStandardError);
        QVERIFY(*arm.verdict == Verdict::Reached);
    }
    void otherDevicesAndLostBitsAreTold()
    {
        Runs made = runsWith({0, 0});
        made.runs[3].apply(SegmentStarted{
            .tick = plannedSteps, .step = plannedSteps, .phase = Phase::Full, .castMismatches = 2});
        made.runs[2].apply(RunStarted{
            .tick = plannedSteps, .step = plannedSteps, .tokensPerStep = 10, .device = "cuda: fake"});
        const auto warnings = resultOf(made.plan, made.pointers).warnings;
        QCOMPARE(warnings.size(), std::size_t{2});
        QVERIFY(warnings[0].find("aggressive-seed2") != std::string::npos);
        QVERIFY(warnings[1].find("different devices") != std::string::npos);
    }
    void aBaselineThatHadToSaveIsTold()
    {
        Runs made = runsWith({0, 0});
        SegmentStarted saving{.tick = plannedSteps, .step = plannedSteps, .phase = Phase::Full};
        saving.plan.releaseGradients = true;
        made.runs[0].apply(saving);
        const auto warnings = resultOf(made.plan, made.pointers).warnings;
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY(warnings[0].find("budget") != std::string::npos);
    }
    void onlyWholeAndDivergedRunsAreFinal()
    {
        const Runs made = runsWith({0, 0});
        QVERIFY(isFinal(made.runs[0]));
        const PlannedRun planned = runsOf(made.plan)[0];
        for (const Outcome outcome :
            {Outcome::Interrupted, Outcome::Stopped, Outcome::OutOfMemory, Outcome::Failed})
            QVERIFY(!isFinal(runOf(planned, {2}, 1000, outcome)));
        QVERIFY(!isFinal(Run(planned.config, {})));
    }
};

QTEST_APPLESS_MAIN(ExperimentTest)
#include "experiment_test.moc"
