// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_plan.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <limits>
#include <set>

using namespace mantissa;

namespace {

RunConfig base()
{
    RunConfig config;
    config.name = "small";
    config.training.maxSteps = 40;
    config.training.seed = 7;
    return config;
}

Result<ExperimentPlan> planOf(const std::string& armJson, std::int64_t seeds = 2)
{
    auto arm = armFromJson("mine", *parseJson(armJson, "arm"), base());
    if (!arm)
        return fail(arm.error());
    return planExperiment(base(), {*arm}, seeds);
}

} // namespace

class ExperimentPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsThatMayStopEarlyAreRefused()
    {
        RunConfig base;
        base.training.earlyStop.patience = 2;
        const auto plan = planExperiment(base, {*armFromPreset("aggressive", base)}, 2);
        QVERIFY(!plan && plan.error().message.find("one length") != std::string::npos);
    }
    void theFp32BaselineIsAlwaysThereAndFirst()
    {
        const auto plan = planExperiment(base(), {*armFromPreset("aggressive", base())}, 3);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->arms.size(), std::size_t{2});
        QCOMPARE(plan->arms[0].name, std::string("fp32"));
        QVERIFY(plan->arms[0].config.choices == findPreset("conservative")->choices);
        QVERIFY(plan->arms[0].config.choices.execution == Execution::Whole);
        QVERIFY(plan->arms[1].config.choices == findPreset("aggressive")->choices);
        QVERIFY(plan->seeds == (std::vector<std::int64_t>{7, 8, 9}));
    }
    void runsGoSeedBySeedWithTheBaselineFirst()
    {
        const auto plan = planExperiment(
            base(), {*armFromPreset("default", base()), *armFromPreset("aggressive", base())}, 2);
        const auto runs = runsOf(*plan);
        QCOMPARE(runs.size(), std::size_t{6});
        QCOMPARE(runs[0].folder, std::string("fp32-seed7"));
        QCOMPARE(runs[2].folder, std::string("aggressive-seed7"));
        QCOMPARE(runs[3].folder, std::string("fp32-seed8"));
        std::set<std::string> folders;
        for (const PlannedRun& run : runs) {
            QCOMPARE(run.config.training.seed, run.seed);
            QVERIFY(isComparable(
                run.config, runs[run.seed == 7 ? 0 : 3].config)); // paired with the baseline of its seed
            folders.insert(run.folder);
        }
        QCOMPARE(folders.size(), runs.size());
    }
    void aPresetReplacesWhatTheConfigSpellsOut()
    {
        RunConfig config = base();
        config.choices = findPreset("balanced")->choices;
        config.preset = "balanced";
        for (const Preset& preset : builtinPresets()) {
            const auto arm = armFromPreset(preset.name, config);
            QVERIFY2(arm.has_value(), preset.name.c_str());
            QVERIFY2(arm->config.choices == preset.choices, preset.name.c_str());
            QCOMPARE(arm->config.preset, preset.name);
        }
    }
    void keysOfAnArmStandOverItsPreset()
    {
        const auto arm = armFromJson("mine",
            *parseJson(R"({"precision": {"preset": "aggressive", "master": "rounded"}})", "arm"), base());
        QVERIFY(arm.has_value());
        PresetChoices expected = findPreset("aggressive")->choices;
        expected.master = Master::Rounded;
        QVERIFY(arm->config.choices == expected);
        QCOMPARE(arm->config.preset, std::string("custom"));
    }
    void anArmMayChangePrecisionAndMemory()
    {
        QVERIFY(planOf(R"({"precision": {"preset": "aggressive"}, "optimizer": {"moments": "int8"},
                           "memory": {"budget": "2GiB", "loss_chunk": 64}, "training": {"save_interval": 3}})")
                    .has_value());
    }
    void anArmThatDiffersInMoreIsRefusedByKey_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("key");
        QTest::newRow("data") << R"({"data": {"source": "sample:other"}})"
                              << "data.source";
        QTest::newRow("steps") << R"({"training": {"max_steps": 41}})"
                               << "training.max_steps is 41 and the config says 40";
        QTest::newRow("seed") << R"({"training": {"seed": 3}})"
                              << "training.seed";
        QTest::newRow("rate") << R"({"optimizer": {"learning_rate": 0.5}})"
                              << "optimizer.learning_rate";
        QTest::newRow("model") << R"({"model": {"layers": 2}})"
                               << "model.layers";
        QTest::newRow("phases")
            << R"({"phases": {"schedule": "fixed", "segments": [{"phase": "full", "steps": 9}]}})"
            << "phases.segments";
        QTest::newRow("device") << R"({"memory": {"device": "cuda"}})"
                                << "memory.device";
    }
    void anArmThatDiffersInMoreIsRefusedByKey()
    {
        QFETCH(QString, json);
        QFETCH(QString, key);
        const auto plan = planOf(json.toStdString());
        QVERIFY(!plan);
        QVERIFY(plan.error().code == ExitCode::Usage);
        const auto message = QString::fromStdString(plan.error().message);
        QVERIFY2(message.contains(key), qPrintable(message));
        QVERIFY2(message.contains(QStringLiteral("'mine'")), qPrintable(message));
        QVERIFY2(!message.contains(QStringLiteral("precision.")), qPrintable(message));
    }
    void wrongKeysAndPresetsNameTheArm()
    {
        for (const char* json : {R"({"precison": {}})", R"([1])", R"({"precision": {"preset": "agressive"}})",
                 R"({"precision": {"preset": 3}})"}) {
            const auto plan = planOf(json);
            QVERIFY2(!plan, json);
            QVERIFY2(plan.error().code == ExitCode::Usage, plan.error().message.c_str());
            QVERIFY2(
                plan.error().message.find("arm 'mine'") != std::string::npos, plan.error().message.c_str());
        }
        QVERIFY(armFromPreset("fast", base()).error().message.find("conservative") != std::string::npos);
    }
    void fewerThanTwoSeedsAreRefused()
    {
        for (const std::int64_t seeds : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1},
                 std::int64_t{1001}, std::numeric_limits<std::int64_t>::max()}) {
            const auto plan = planExperiment(base(), {*armFromPreset("default", base())}, seeds);
            QVERIFY(!plan);
            QVERIFY(plan.error().code == ExitCode::Usage);
            QVERIFY(plan.error().message.find("--seeds") != std::string::npos);
        }
        RunConfig last = base();
        last.training.seed = std::numeric_limits<std::int64_t>::max();
        QVERIFY(!planExperiment(last, {*armFromPreset("default", last)}, 2));
    }
    void namesMustDiffer()
    {
        const auto arm = *armFromPreset("default", base());
        QVERIFY(!planExperiment(base(), {arm, arm}, 2));
        QVERIFY(!planExperiment(base(), {{"fp32", arm.config}}, 2));
        QVERIFY(!planExperiment(base(), {}, 2));
    }
    void differencesAreFoundOnBothSides()
    {
        RunConfig changed = base();
        changed.memory.scratch = "/scratch";
        changed.optimizer.beta1 = 0.8;
        const auto differences = differencesOf(base(), changed);
        QCOMPARE(differences.size(), std::size_t{2});
        QCOMPARE(differences[0].key, std::string("optimizer.beta1"));
        QCOMPARE(differences[0].ofB, std::string("0.8"));
        QCOMPARE(differences[1].ofA, std::string("absent"));
        QVERIFY(differencesOf(base(), base()).empty());
    }
};

QTEST_APPLESS_MAIN(ExperimentPlanTest)
#include "experiment_plan_test.moc"
