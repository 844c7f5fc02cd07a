// SPDX-License-Identifier: Apache-2.0
#include "core/record/checkpoint.h"
#include "core/record/run_log.h"
#include "core/record/run_store.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <thread>

using namespace mantissa;

namespace fs = std::filesystem;

class RunStoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }
    void twoRunsOfOneSecondGetTwoFolders()
    {
        RunConfig config;
        config.name = "a b/../c";
        const auto one = createRunFolder(m_root, config);
        const auto two = createRunFolder(m_root, config);
        QVERIFY(one && two && *one != *two);
        QVERIFY(one->parent_path() == m_root); // the name cannot lead elsewhere
        QVERIFY(readRunConfig(*one)->name == config.name);
    }
    void anExperimentIsNoRun()
    {
        fs::create_directories(m_root / "x");
        QVERIFY(writeFileAtomically(m_root / "x" / "config.json", jsonText(toJson(RunConfig{}))));
        QVERIFY(writeFileAtomically(m_root / "x" / "experiment.json", "{}"));
        const auto run = openRun(m_root / "x");
        QVERIFY(!run && run.error().code == ExitCode::Usage);
        QVERIFY(run.error().message.find("holds an experiment") != std::string::npos);
    }
    void aFolderWithARunIsNotTakenAgain()
    {
        QVERIFY(createRunFolderAt(m_root / "x", RunConfig{}));
        const auto again = createRunFolderAt(m_root / "x", RunConfig{});
        QVERIFY(!again);
        QVERIFY(again.error().code == ExitCode::Usage);
    }
    void aFolderThatCannotBeWrittenIsRefusedInWords()
    {
        const auto folder = createRunFolderAt("/proc/run", RunConfig{});
        QVERIFY(!folder);
        QVERIFY(folder.error().message.find("--out") != std::string::npos);
    }
    void oneWriterAtATimeAndADeadOneFreesItsLock()
    {
        QVERIFY(createRunFolderAt(m_root / "x", RunConfig{}));
        {
            const auto lock = RunLock::take(m_root / "x");
            QVERIFY(lock.has_value());
            QVERIFY(RunLock::isHeld(m_root / "x"));
            QVERIFY(!RunLock::take(m_root / "x"));
            QVERIFY(listRuns(m_root).front().state == RunState::Running);
        }
        QVERIFY(!RunLock::isHeld(m_root / "x"));
        QVERIFY(listRuns(m_root).front().state == RunState::Interrupted);
    }
    void aRunThatTrainsIsListedAtItsLastStep()
    {
        const fs::path folder = m_root / "x";
        QVERIFY(createRunFolderAt(folder, RunConfig{}));
        QVERIFY(writeFileAtomically(folder / "summary.json",
            R"({"steps": 7, "outcome": "interrupted"})")); // of before it was resumed
        RunLog log;
        QVERIFY(log.open(folder / "events.jsonl"));
        for (std::int64_t step = 0; step < 2000; ++step) // longer than what is read of it
            QVERIFY(log.append(StepDone{.tick = step, .step = step, .loss = 1}));
        QVERIFY(log.append(Evaluated{.tick = 2000, .step = 2000, .loss = 2.5}));
        QVERIFY(listRun(folder).state == RunState::Interrupted);
        QCOMPARE(listRun(folder).steps, 2000); // killed after that summary
        const auto lock = RunLock::take(folder);
        QVERIFY(lock.has_value());
        QCOMPARE(listRun(folder).steps, 2000);
        QCOMPARE(listRun(folder).evalLoss, 2.5);
        std::ofstream(folder / "events.jsonl", std::ios::app)
            << "{\"event\":\"step\",\"ti"; // caught in the writing
        QCOMPARE(listRun(folder).steps, 2000);
    }
    void aLockKnowsTheMachineThatTookIt()
    {
        const fs::path folder = m_root / "x";
        QVERIFY(createRunFolderAt(folder, RunConfig{}));
        QVERIFY(!RunLock::wasTakenHere(folder)); // nobody did
        QVERIFY(RunLock::take(folder).has_value());
        QVERIFY(RunLock::wasTakenHere(folder));
        QVERIFY(writeFileAtomically(folder / "lock", "5f0c1a52-0000-0000-0000-000000000000"));
        QVERIFY(!RunLock::wasTakenHere(folder));
    }
    void aDamagedRunFileIsListedAsFarAsItCanBe()
    {
        for (const char* text : {"[]", "5", "{\"created\": \"yesterday\"}", "{", ""}) {
            const auto folder = createRunFolder(m_root, RunConfig{});
            QVERIFY(folder.has_value());
            QVERIFY(writeFileAtomically(*folder / "run.json", text));
            QVERIFY(writeFileAtomically(*folder / "summary.json",
                R"({"steps": "many", "outcome": 3, "peak_device_bytes": "Infinity"})"));
        }
        const auto runs = listRuns(m_root);
        QCOMPARE(runs.size(), std::size_t{5});
        QCOMPARE(runs.front().steps, 0);
        QCOMPARE(runs.front().peakDeviceBytes, 0);
    }
    void aLookAtTheLockNeverKeepsAWriterOut()
    {
        QVERIFY(createRunFolderAt(m_root / "x", RunConfig{}));
        QVERIFY(RunLock::take(m_root / "x").has_value());
        std::atomic<bool> done = false;
        std::jthread looker([&] {
            while (!done)
                RunLock::isHeld(m_root / "x");
        });
        int refused = 0;
        for (int i = 0; i < 2000; ++i)
            refused += RunLock::take(m_root / "x").has_value() ? 0 : 1;
        done = true;
        QCOMPARE(refused, 0);
    }
    void aDamagedLogOpensWithAWord()
    {
        QVERIFY(createRunFolderAt(m_root / "x", RunConfig{}));
        RunLog log;
        QVERIFY(log.open(m_root / "x/events.jsonl"));
        QVERIFY(log.append(RunStarted{.tokensPerStep = 1}));
        QVERIFY(log.append(StepDone{.tick = 0}));
        std::ofstream(m_root / "x/events.jsonl", std::ios::app) << "garbage\n{\"event\":\"st";
        const auto run = openRun(m_root / "x");
        QVERIFY(run.has_value());
        QCOMPARE(run->ticks(), 1);
        QCOMPARE(run->notices().size(), std::size_t{2}); // the skipped line and the torn end
    }
    void whatIsNoRunIsRefusedAndNotListed()
    {
        fs::create_directory(m_root / "other");
        QVERIFY(openRun(m_root / "other").error().message.find("no run folder") != std::string::npos);
        QVERIFY(listRuns(m_root).empty());
        QVERIFY(listRuns("/nowhere").empty());
    }
    void onlyWholeCheckpointsCountAndOldOnesGo()
    {
        for (const std::int64_t step : {10, 20, 30}) {
            auto writer = CheckpointWriter::begin(m_root, step);
            QVERIFY(writer.has_value());
            QVERIFY(writeFileAtomically(writer->folder() / "x", "y"));
            QVERIFY(writer->commit().has_value());
        }
        const auto half = CheckpointWriter::begin(m_root, 40); // never committed
        QVERIFY(half.has_value());
        QCOMPARE(newestCheckpoint(m_root)->filename().string(), checkpointName(30));
        pruneCheckpoints(m_root, 2);
        QVERIFY(!fs::exists(m_root / "checkpoints" / checkpointName(10)));
        QVERIFY(fs::exists(m_root / "checkpoints" / checkpointName(20)));
        QVERIFY(!fs::exists(half->folder()));
    }
    void theBaselineIsACompletedFp32RunOfTheSameWork()
    {
        const RunConfig config;
        const auto found = [&](const RunConfig& run) { return findBaseline(m_root, Run(run, {})); };
        QVERIFY(!found(config));
        const auto folder = createRunFolderAt(m_root / "fp32", baselineOf(config));
        QVERIFY(folder.has_value());
        QVERIFY(!found(config)); // not completed
        QVERIFY(writeFileAtomically(*folder / "summary.json", R"({"outcome": "completed", "steps": 5})"));
        QVERIFY(found(config) == *folder);
        RunConfig other = config;
        other.training.seed = 5;
        QVERIFY(!found(other));
        const auto reading = [&](const std::string& digest, const std::string& source) {
            Run run(config, {});
            run.apply(RunStarted{.data = {.bytes = 5, .sha256 = digest}});
            RunConfig moved = config;
            moved.data.source = source;
            Run elsewhere(moved, {});
            elsewhere.apply(RunStarted{.data = {.bytes = 5, .sha256 = digest}});
            return source.empty() ? run : elsewhere;
        };
        QVERIFY(writeData(*folder, {.bytes = 5, .sha256 = "aa"}));
        QVERIFY(findBaseline(m_root, reading("aa", "")));
        QVERIFY(!findBaseline(m_root, reading("bb", ""))); // other bytes under the same path
        QVERIFY(findBaseline(m_root, reading("aa", "/elsewhere"))); // the same ones elsewhere
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(RunStoreTest)
#include "run_store_test.moc"
