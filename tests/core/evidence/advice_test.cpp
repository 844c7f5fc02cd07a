// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/advice.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

RunConfig configOf(const std::string& preset)
{
    RunConfig config;
    config.choices = findPreset(preset)->choices;
    return config;
}

Run runOf(const RunConfig& config, std::int64_t bytes, double evalLoss, int skipped = 0)
{
    Run run(config, {});
    run.apply(RunStarted{.tokensPerStep = 10});
    run.apply(SegmentStarted{.phase = Phase::Full, .plan = config.choices.resolve(Phase::Full)});
    for (int tick = 0; tick < 10; ++tick) {
        StepDone step{
            .tick = tick, .step = std::max(0, tick - skipped), .loss = 3, .skipped = tick < skipped};
        step.memory.devicePeak.at(MemoryClass::Weights) = bytes;
        run.apply(step);
    }
    run.apply(Evaluated{
        .tick = 10, .step = run.steps(), .trainedTokens = 100, .loss = evalLoss, .batchLosses = {evalLoss}});
    return run;
}

} // namespace

class AdviceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunWithoutTroubleIsLeftAlone()
    {
        const Run run = runOf(configOf("aggressive"), 500, 2.0);
        const Run baseline = runOf(configOf("conservative"), 1000, 2.0);
        for (const Advice& advice : adviceOn(run, &baseline)) {
            QVERIFY(!advice.finding.empty());
            QVERIFY2(advice.settings.empty(), advice.finding.c_str());
        }
    }
    void skippedFp16UpdatesAskForBf16()
    {
        RunConfig config = configOf("default");
        config.choices.table = config.choices.table.with(Phase::Full, {.compute = Precision::Fp16});
        const Advice advice = adviceOn(runOf(config, 500, 2, 3), nullptr).front();
        QVERIFY(advice.finding.find("3 updates (30.0 %)") != std::string::npos);
        QCOMPARE(advice.settings, std::vector<std::string>{"precision.phases.full.compute=bf16"});
    }
    void weightsThatFp16CannotHoldAskForBf16BeforeAnythingOverflows()
    {
        RunConfig config = configOf("default");
        config.choices.table = config.choices.table.with(Phase::Full, {.compute = Precision::Fp16});
        Run run = runOf(config, 500, 2);
        NumberGroup head{.name = "head.norm", .elements = 100, .sampled = 100};
        head.fp16.weights.overflow = 0.02;
        run.apply(NumbersMeasured{.tick = 5, .step = 5, .groups = {NumberGroup{.name = "embedding"}, head}});
        const Advice advice = adviceOn(run, nullptr).front();
        QCOMPARE(advice.finding,
            "At step 5, 2 % of weights in head.norm are larger than FP16's largest number, and full computes "
            "in it.");
        QCOMPARE(advice.settings, std::vector<std::string>{"precision.phases.full.compute=bf16"});
        run = runOf(configOf("default"), 500, 2); // nothing computes in FP16
        run.apply(NumbersMeasured{.tick = 5, .step = 5, .groups = {head}});
        QVERIFY(adviceOn(run, nullptr).front().settings.empty());
    }
    void aRollBackAsksForFp32InItsPhase()
    {
        Run run = runOf(configOf("aggressive"), 500, 2);
        run.apply(DivergenceAnswered{
            .tick = 10, .step = 10, .answer = DivergenceAnswer::RolledBack, .toStep = 5, .text = "back"});
        QCOMPARE(adviceOn(run, nullptr).front().settings,
            std::vector<std::string>{"precision.phases.full.compute=fp32"});
    }
    void updatesThatVanishAskForTheRemainder()
    {
        NumberGroup small{.name = "blocks.0.norm", .elements = 10, .sampled = 10};
        NumberGroup mlp{.name = "blocks.3.mlp", .elements = 1000, .sampled = 1000};
        mlp.bf16 = {.cancelled = 0.62, .effectiveDescent = 0.9};
        mlp.fp16 = {.gradients = {.subnormal = 0.5, .underflow = 0.25}, .effectiveDescent = 1};
        RunConfig config = configOf("aggressive");
        Run exact = runOf(config, 500, 2);
        exact.apply(NumbersMeasured{.tick = 5, .step = 5, .groups = {small, mlp}});
        const Advice kept = adviceOn(exact, nullptr).back();
        QCOMPARE(kept.finding,
            "At step 5, 62 % of updates in blocks.3.mlp vanish when rounded to BF16: keep the remainder, as "
            "this run does. "
            "75 % of gradients in blocks.3.mlp lie below FP16's normal range: FP16 needs its loss scale "
            "there.");
        QVERIFY(kept.settings.empty());
        config.choices.master = Master::Rounded;
        Run rounded = runOf(config, 500, 2);
        rounded.apply(NumbersMeasured{.tick = 5, .step = 5, .groups = {small, mlp}});
        QCOMPARE(
            adviceOn(rounded, nullptr).back().settings, std::vector<std::string>{"precision.master=exact"});
        QVERIFY(adviceOn(runOf(config, 500, 2), nullptr).back().finding.find("numbers_interval")
            != std::string::npos);
    }
    void savingsThatDoNotShowNameThePhaseAndAnExactRung()
    {
        const Run baseline = runOf(configOf("conservative"), 1000, 2);
        const Advice advice = adviceOn(runOf(configOf("default"), 1000, 2), &baseline)[1];
        QVERIFY(advice.finding.find("held by Full") != std::string::npos);
        QVERIFY(advice.finding.find("100.0 % of the baseline") != std::string::npos);
        QVERIFY(advice.finding.find("estimate") != std::string::npos);
        QVERIFY(!advice.settings.empty());
        RunConfig wide = configOf("default");
        wide.model.width *= 2; // of another model: its bytes say nothing
        QVERIFY(adviceOn(runOf(wide, 1000, 2), &baseline)[1].finding.find("baseline") == std::string::npos);
    }
    void lostQualityAsksForTheRemainderFirst()
    {
        const Run baseline = runOf(configOf("conservative"), 1000, 2);
        RunConfig config = configOf("aggressive");
        const Advice exact = adviceOn(runOf(config, 500, 2.1), &baseline)[2];
        QVERIFY(exact.finding.find("above 1 %") != std::string::npos);
        QVERIFY(exact.finding.find("precision.phases.full.compute=fp32") != std::string::npos);
        config.choices.master = Master::Rounded;
        const Advice rounded = adviceOn(runOf(config, 500, 2.1), &baseline)[2];
        QVERIFY(rounded.finding.find("precision.master=exact") != std::string::npos);
        for (const Advice& advice : {exact, rounded}) { // of one pair nothing follows yet
            QVERIFY(advice.finding.find("run more seeds first") != std::string::npos);
            QVERIFY(advice.settings.empty());
        }
    }
    void fp32IsNotAdvisedWhereItIs()
    {
        RunConfig config = configOf("default"); // FP32 but for Predict
        const Run baseline = runOf(configOf("conservative"), 1000, 2);
        const Advice advice = adviceOn(runOf(config, 500, 2.1), &baseline)[2];
        QVERIFY(advice.finding.find("compute in FP32") == std::string::npos);
        QVERIFY(advice.finding.find("Weights were trained in FP32") != std::string::npos);
        QVERIFY(advice.settings.empty());
    }
    void aRunWithoutStepsIsNotPraised()
    {
        const Advice advice = adviceOn(Run(configOf("default"), {}), nullptr)[0];
        QVERIFY(advice.finding.find("nothing is known") != std::string::npos);
    }
    void whatIsAdvisedCanBeSet()
    {
        const Run baseline = runOf(configOf("conservative"), 1000, 2);
        for (const Advice& advice : adviceOn(runOf(configOf("aggressive"), 1000, 2.1), &baseline))
            QVERIFY2(configFromJson(toJson(configOf("aggressive")), {.settings = advice.settings}, ".")
                         .has_value(),
                advice.finding.c_str());
    }
    void withoutABaselineNothingIsSaidOfQuality()
    {
        QVERIFY(adviceOn(runOf(configOf("default"), 1, 2), nullptr)[2].finding.find("no comparable")
            != std::string::npos);
        QVERIFY(adviceOn(Run(RunConfig{}, {}), nullptr)[1].finding.find("No phase") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(AdviceTest)
#include "advice_test.moc"
