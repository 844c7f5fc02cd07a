// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/new_experiment.h"

#include "core/base/json.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

class NewExperimentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRepeatCommandSurvivesAShell()
    {
        QCOMPARE(repeatCommand({.configFile = "my config.json",
                     .arms = {"default", "a b.json"},
                     .settings = {"name=x y"},
                     .seeds = 3,
                     .out = "out"}),
            std::string("mantissa-cli experiment 'my config.json' --arms 'default,a b.json' --seeds 3 --set "
                        "'name=x y' --out out"));
    }
    void oneIsMadeWithAllThatTheCommandLineNeeds()
    {
        QTemporaryDir dir;
        const std::filesystem::path runs = dir.path().toStdString() + "/with space";
        RunConfig base;
        base.choices.table = base.choices.table.with(Phase::Full, {.compute = Precision::Bf16});
        const auto made = makeExperiment(base, {ownPlanArm, "aggressive"}, 2, runs);
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(made->stored.plan.arms.size(), std::size_t{3});
        QVERIFY(std::filesystem::exists(made->folder / "config.json"));
        QVERIFY(std::filesystem::exists(made->folder / "plan.json"));
        QVERIFY(made->stored.command.find("'" + (made->folder / "config.json").string() + "'")
            != std::string::npos);
        const auto again
            = planOf({.arms = {(made->folder / "plan.json").string(), "aggressive"}, .seeds = 2}, base);
        QVERIFY(again.has_value());
        QVERIFY(again->arms[1].config == made->stored.plan.arms[1].config);
        const auto second = makeExperiment(base, {"aggressive"}, 2, runs);
        QVERIFY(second->folder != made->folder);
    }
    void whatCannotBePlannedLeavesNothingBehind()
    {
        QTemporaryDir dir;
        const std::filesystem::path runs = dir.path().toStdString();
        QVERIFY(!makeExperiment(RunConfig{}, {"no such preset"}, 2, runs));
        QVERIFY(!makeExperiment(RunConfig{}, {"aggressive"}, 1, runs)); // one seed
        QVERIFY(!makeExperiment(baselineOf(RunConfig{}), {ownPlanArm}, 2, runs)); // it is the baseline
        QVERIFY(std::filesystem::is_empty(runs));
    }
    void theBaselineIsNoArmOfItsOwn()
    {
        const auto plan = planOf({.arms = {"conservative", "aggressive"}, .seeds = 2}, RunConfig{});
        QVERIFY(plan.has_value());
        QCOMPARE(plan->arms.size(), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(NewExperimentTest)
#include "new_experiment_test.moc"
