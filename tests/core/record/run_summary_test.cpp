// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_summary.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace mantissa;

class RunSummaryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasNotMeasuredIsNull()
    {
        const Json summary = summaryOf(Run(RunConfig{}, {}));
        for (const char* key : {"peak_device_bytes", "mean_device_bytes", "tokens_per_second", "parameters",
                 "final_loss", "eval_loss"})
            QVERIFY2(summary.at(key).is_null(), key);
        QCOMPARE(summary.at("trained_tokens").get<std::int64_t>(), 0); // that is known
        Run damaged(RunConfig{}, {});
        damaged.apply(StepDone{.step = 7, .learningRate = 1});
        QVERIFY(summaryOf(damaged).at("trained_tokens").is_null());
    }
    void whatIsLeftCountsTheProbesBetweenSteps()
    {
        Run run(RunConfig{}, {});
        QVERIFY(std::isnan(secondsLeft(run)));
        run.apply(RunStarted{.tokensPerStep = 1, .lastStep = 14});
        for (int i = 0; i < 4; ++i)
            run.apply(StepDone{.tick = i, .step = i, .learningRate = 1, .seconds = 0.5});
        QCOMPARE(secondsLeft(run), 5.0);
        for (int i = 4; i < 6; ++i)
            run.apply(ProbeDone{.tick = i, .step = 4, .seconds = 1});
        QCOMPARE(secondsLeft(run), 10.0);
        run.apply(RunEnded{.tick = 6, .step = 4});
        QVERIFY(std::isnan(secondsLeft(run)));
    }
    void aRunThatNeverBeganHasNullsInsteadOfZeroLosses()
    {
        const Json summary = summaryOf(Run(RunConfig{}, "/runs/x"));
        QVERIFY(summary["outcome"] == "interrupted");
        QVERIFY(summary["final_loss"].is_null());
        QVERIFY(summary["eval_loss"].is_null());
        QVERIFY(summary["eval_accuracy"].is_null());
        QVERIFY(summary["budget_bytes"].is_null());
        QVERIFY(summary["run_dir"] == "/runs/x");
        QVERIFY(summary["steps"] == 0);
    }
    void theEstimateIsOfThePlansThatRan()
    {
        RunConfig config;
        Run run(config, "/runs/x");
        run.apply(RunStarted{.tokensPerStep = 1});
        PresetChoices edited = config.choices;
        edited.table = edited.table.with(Phase::Full, {.activations = ActivationPolicy::Recompute});
        run.apply(TableChanged{.table = edited.table});
        MemoryReading memory;
        memory.devicePeak.at(MemoryClass::Weights) = 40;
        run.apply(SegmentStarted{.phase = Phase::Full, .plan = edited.resolve(Phase::Full)});
        run.apply(StepDone{.loss = 1.5, .memory = memory});
        config.choices = edited;
        const Estimate expected = estimateMemory(config.estimateInput());
        const Json estimate = summaryOf(run)["estimate_by_phase"];
        QCOMPARE(estimate["full"]["device_bytes"].get<std::int64_t>(),
            expected.byPhase[indexOf(Phase::Full)]->total());
        const Json before = summaryOf(Run(RunConfig{}, "/runs/x"))["estimate_by_phase"];
        QVERIFY(before["full"] != estimate["full"]);
        QVERIFY(before["warmup"] == estimate["warmup"]); // which has not run
    }
    void whatTheRunKnowsIsInIt()
    {
        RunConfig config;
        config.memory.budgetBytes = 1 << 30;
        Run run(config, "/runs/x");
        run.apply(RunStarted{.parameters = 7, .tokensPerStep = 100, .device = "fake"});
        MemoryReading memory;
        memory.devicePeak.at(MemoryClass::Weights) = 40;
        memory.devicePeak.at(MemoryClass::Gradients) = 2;
        memory.hostPeak.at(MemoryClass::Moments) = 5;
        memory.diskPeak.at(MemoryClass::Weights) = 6;
        run.apply(SegmentStarted{
            .phase = Phase::Full, .casts = 3, .castSeconds = 0.5, .moves = 2, .memory = memory});
        run.apply(StepDone{.loss = 1.5, .lossScale = 1024, .memory = memory});
        run.apply(Evaluated{.tick = 1, .step = 1, .trainedTokens = 100, .loss = 1.25, .accuracy = 0.5});
        run.apply(RunEnded{
            .tick = 1, .step = 1, .outcome = Outcome::OutOfMemory, .message = "no room", .seconds = 2});
        const Json summary = summaryOf(run);
        QVERIFY(summary["outcome"] == "out_of_memory");
        QVERIFY(summary["message"] == "no room");
        QVERIFY(summary["parameters"] == 7);
        QVERIFY(summary["trained_tokens"] == 100);
        QVERIFY(summary["final_loss"] == 1.5);
        QVERIFY(summary["eval_loss"] == 1.25);
        QVERIFY(summary["eval_accuracy"] == 0.5);
        QVERIFY(summary["peak_device_bytes"] == 42);
        QVERIFY(summary["peak_host_bytes"] == 5);
        QVERIFY(summary["peak_disk_bytes"] == 6);
        QVERIFY(summary["casts"] == 3);
        QVERIFY(summary["moves"] == 2);
        QVERIFY(summary["loss_scale"] == 1024);
        QVERIFY(summary["budget_bytes"] == 1 << 30);
        QVERIFY(summary["seconds"] == 2.0);
        QVERIFY(summary["peak_by_phase"]["full"]["by_class"]["weights"] == 40);
        QVERIFY(!summary["peak_by_phase"].contains("predict"));
    }
    void aDivergedLossIsStillJson()
    {
        Run run(RunConfig{}, "/runs/x");
        run.apply(RunStarted{.tokensPerStep = 1});
        run.apply(StepDone{.loss = INFINITY});
        QVERIFY(parseJson(summaryOf(run).dump(), "summary").has_value());
        QVERIFY(summaryOf(run)["final_loss"] == "Infinity");
    }
    void estimatesStandBesideMeasurementsNeverInThem()
    {
        const Json summary = summaryOf(Run(RunConfig{}, "/runs/x"));
        QVERIFY(summary["peak_by_phase"].empty());
        QCOMPARE(summary["estimate_by_phase"].size(), std::size_t{4});
        QVERIFY(summary["trial_by_phase"].is_null());
    }
};

QTEST_APPLESS_MAIN(RunSummaryTest)
#include "run_summary_test.moc"
