// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/experiment_folder.h"

#include "core/base/json.h"
#include "core/evidence/experiment.h"
#include "core/output/experiment_report.h"
#include "core/record/run_labels.h"
#include "tests/support/fake_engine.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mantissa;

namespace {

ExperimentPlan smallPlan(std::int64_t seeds, std::int64_t steps = 30)
{
    RunConfig base;
    base.name = "fake";
    base.training.maxSteps = steps;
    base.training.saveInterval = 10;
    base.phases.warmupSteps = 5;
    return *planExperiment(base, {*armFromPreset("aggressive", base)}, seeds);
}

/// Trains one planned run with the fake engine, which interrupts itself at `interruptAt`; the steps it made.
std::int64_t train(const PlannedRun& planned, const std::filesystem::path& folder,
    std::int64_t interruptAt = -1, const DataRead& data = {})
{
    const auto setup = setUpRun(planned, folder);
    if (!setup)
        return -1;
    EventChannel channel;
    Mailbox mailbox;
    FakeEngineScript script{.data = data};
    script.beforeStep = [&](std::int64_t step) {
        if (step == interruptAt)
            mailbox.requestStop(StopRequest::Interrupt);
    };
    return Trainer(*setup, fakeFactory(script), channel, mailbox).train() ? script.steps : -1;
}

std::size_t finalRuns(const ExperimentPlan& plan, const std::filesystem::path& folder)
{
    std::size_t count = 0;
    const auto runs = openExperimentRuns(plan, folder);
    if (runs)
        for (const auto& run : *runs)
            count += run && isFinal(*run) ? 1 : 0;
    return count;
}

} // namespace

class ExperimentFolderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anExperimentIsListedWithHowFarItIs()
    {
        const QTemporaryDir dir;
        const std::filesystem::path runs = dir.path().toStdString();
        const ExperimentPlan plan = smallPlan(2);
        const auto planned = runsOf(plan);
        QCOMPARE(train(planned[0], runs / "x"), 30);
        QCOMPARE(train(planned[1], runs / "x", 10), 11);
        const auto result = openExperimentResult(plan, runs / "x");
        QVERIFY(result.has_value());
        QVERIFY(writeExperiment({.result = &*result}, runs / "x"));
        QVERIFY(writeRunLabels(runs / "x", {.isArchived = true}));
        QVERIFY(isExperiment(runs / "x") && !isExperiment(runs / "x" / planned[0].folder));
        const auto listed = listExperiments(runs);
        QCOMPARE(listed.size(), std::size_t{1});
        QCOMPARE(listed[0].name, std::string("x"));
        QCOMPARE(listed[0].endedRuns, std::size_t{1});
        QCOMPARE(listed[0].plannedRuns, std::size_t{4});
        QVERIFY(listed[0].isArchived);
    }
    void runsOfEpochsAreStillThoseOfThePlanOnceTheyHaveCounted()
    {
        RunConfig base;
        base.name = "epochs";
        base.data.source = "/rows.jsonl";
        base.training.epochs = 2;
        base.training.batchSize = 4;
        base.phases.warmupSteps = 5;
        const ExperimentPlan plan = *planExperiment(base, {*armFromPreset("aggressive", base)}, 2);
        QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        const DataRead data{
            .files = 1, .bytes = 9, .sha256 = "aa", .trainingSamples = 10, .trainingTokens = 100};
        for (const PlannedRun& planned : runsOf(plan))
            QCOMPARE(train(planned, folder, -1, data), 5); // twice ten rows, four at a time
        const auto runs = openExperimentRuns(plan, folder);
        QVERIFY2(runs.has_value(), runs ? "" : runs.error().message.c_str());
        QCOMPARE(finalRuns(plan, folder), runsOf(plan).size());
    }
    void aStoredExperimentGivesItsPlanBack()
    {
        const ExperimentPlan plan = smallPlan(3);
        const ExperimentResult result = resultOf(plan, std::vector<const Run*>(runsOf(plan).size(), nullptr));
        const std::filesystem::path stored = folder("stored");
        std::filesystem::create_directories(stored);
        QVERIFY(writeFileAtomically(stored / "experiment.json",
            experimentJson({.result = &result, .repeatCommand = "mantissa-cli experiment x"}).dump())
                    .has_value());
        const auto read = readExperiment(stored);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->command, std::string("mantissa-cli experiment x"));
        QVERIFY(read->plan.seeds == plan.seeds);
        QCOMPARE(read->plan.arms.size(), plan.arms.size());
        const auto runs = runsOf(plan);
        const auto again = runsOf(read->plan);
        for (std::size_t i = 0; i < runs.size(); ++i) {
            QCOMPARE(again[i].folder, runs[i].folder);
            QVERIFY(again[i].config == runs[i].config);
        }
        QVERIFY(!readExperiment(folder("nothing")).has_value());
    }
    void anExperimentGoesFromNothingToAVerdict()
    {
        const ExperimentPlan plan = smallPlan(2);
        QCOMPARE(finalRuns(plan, folder("whole")), std::size_t{0});
        for (const PlannedRun& planned : runsOf(plan))
            QCOMPARE(train(planned, folder("whole")), 30);
        const auto runs = openExperimentRuns(plan, folder("whole"));
        QVERIFY(runs.has_value());
        std::vector<const Run*> pointers;
        for (const auto& run : *runs)
            pointers.push_back(&*run);
        const ArmResult arm = resultOf(plan, pointers).arms[1];
        QCOMPARE(arm.delta->mean, 0.0); // the fake learns the same in every format
        QVERIFY(*arm.verdict == Verdict::Reached);
        QVERIFY(std::abs(*arm.peakRatio - 10.0 / 12.0) < 1e-9); // 2 + 8 bytes of 4 + 8
    }
    void anInterruptedRunIsResumedAndAFinishedOneKept()
    {
        const ExperimentPlan plan = smallPlan(2);
        const auto planned = runsOf(plan);
        QCOMPARE(train(planned[0], folder("cut")), 30);
        QCOMPARE(train(planned[1], folder("cut"), 12), 13);
        QCOMPARE(finalRuns(plan, folder("cut")), std::size_t{1});
        QVERIFY(setUpRun(planned[1], folder("cut"))->resume);
        QCOMPARE(train(planned[1], folder("cut")), 17);
        QCOMPARE(finalRuns(plan, folder("cut")), std::size_t{2});
        QVERIFY(!setUpRun(planned[2], folder("cut"))->resume);
    }
    void allRunsOfAnExperimentLearnFromTheSameBytes()
    {
        const ExperimentPlan plan = smallPlan(2);
        const auto planned = runsOf(plan);
        FakeEngineScript script;
        script.data = {.files = 1, .bytes = 10, .sha256 = "aa"};
        const auto ended = [&](std::size_t i) {
            EventChannel channel;
            Mailbox mailbox;
            return Trainer(*setUpRun(planned[i], folder("bytes")), fakeFactory(script), channel, mailbox)
                .train();
        };
        QVERIFY(ended(0).has_value());
        script.data.sha256 = "bb"; // somebody edits the text
        const auto refused = ended(1);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("are not those that were learned from") != std::string::npos);
        script.data.sha256 = "aa";
        QVERIFY(ended(1).has_value());
    }
    void onlyWhatChangedIsReadAgain()
    {
        const ExperimentPlan plan = smallPlan(2);
        const auto planned = runsOf(plan);
        ExperimentRuns runs;
        QCOMPARE(train(planned[0], folder("again")), 30);
        QCOMPARE(train(planned[1], folder("again"), 12), 13);
        QVERIFY(runs.refresh(plan, folder("again")).has_value());
        QCOMPARE(runs.timesRead(), 2);
        QVERIFY(runs.refresh(plan, folder("again")).has_value());
        QCOMPARE(runs.timesRead(), 1); // one that was cut off may go on
        QCOMPARE(train(planned[1], folder("again")), 17);
        QVERIFY(runs.refresh(plan, folder("again")).has_value());
        QCOMPARE(runs.timesRead(), 1);
        QVERIFY(isFinal(*runs.runs()[1]));
        QVERIFY(runs.refresh(plan, folder("again")).has_value());
        QCOMPARE(runs.timesRead(), 0);
        for (const PlannedRun& run : planned)
            train(run, folder("another"));
        QVERIFY(runs.refresh(plan, folder("another")).has_value()); // the same names in another folder
        QCOMPARE(runs.timesRead(), 4);
        QVERIFY(!runs.refresh(smallPlan(2, 31), folder("another")).has_value());
        QVERIFY(runs.runs().empty());
    }
    void moreSeedsAndArmsReuseWhatIsThere()
    {
        for (const PlannedRun& planned : runsOf(smallPlan(2)))
            QCOMPARE(train(planned, folder("more")), 30);
        RunConfig base = smallPlan(2).arms[0].config;
        base.name = "fake";
        const auto wider
            = planExperiment(base, {*armFromPreset("default", base), *armFromPreset("aggressive", base)}, 3);
        QCOMPARE(finalRuns(*wider, folder("more")), std::size_t{4});
    }
    void runsOfAnotherConfigAreRefused()
    {
        QCOMPARE(train(runsOf(smallPlan(2))[1], folder("other")), 30);
        const auto runs = openExperimentRuns(smallPlan(2, 31), folder("other"));
        QVERIFY(!runs);
        QVERIFY(runs.error().code == ExitCode::Usage);
        QVERIFY(runs.error().message.find("training.max_steps is 30 there and 31 here") != std::string::npos);
    }
    void aFolderThatWasBeingMadeIsMadeAnew()
    {
        const auto planned = runsOf(smallPlan(2))[0];
        std::filesystem::create_directories(folder("torn") / planned.folder);
        QVERIFY(writeFileAtomically(folder("torn") / planned.folder / "config.json", "{").has_value());
        QCOMPARE(finalRuns(smallPlan(2), folder("torn")), std::size_t{0});
        QCOMPARE(train(planned, folder("torn")), 30);
        QCOMPARE(finalRuns(smallPlan(2), folder("torn")), std::size_t{1});
    }

private:
    std::filesystem::path folder(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(ExperimentFolderTest)
#include "experiment_folder_test.moc"
