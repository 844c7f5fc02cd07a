// SPDX-License-Identifier: Apache-2.0
// A fork goes on from a checkpoint as the run itself would have, in a folder of its own.

#include "core/record/run_family.h"
#include "core/training/fork.h"
#include "core/training/resume.h"
#include "tests/support/training_run.h"

#include <QTest>

#include <sys/stat.h>

using namespace mantissa;

namespace {

namespace fs = std::filesystem;

/// When a file got its name, or was changed last.
std::int64_t placedAt(const fs::path& file)
{
    struct stat facts { };
    ::stat(file.c_str(), &facts);
    return facts.st_ctim.tv_sec * 1'000'000'000 + facts.st_ctim.tv_nsec;
}

} // namespace

class ForkTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        RunConfig config = shortConfig(30);
        config.training.keepCheckpoints = 10;
        m_run = runs() / "parent";
        FakeEngineScript script;
        m_finished = train(config, m_run, script);
        QCOMPARE(wholeCheckpoints(m_run).size(), std::size_t{5}); // 7, 14, 21, 28, 30
    }

    void aForkTrainsWhatTheRunTrainedAfterItsCheckpoint()
    {
        const auto folder = forkRun(order(1), runs());
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().message.c_str());
        QCOMPARE(
            QString::fromStdString(folder->filename().string()).endsWith(QStringLiteral("-branch")), true);
        const Run before = *openRun(*folder);
        QCOMPARE(before.steps(), 14);
        QVERIFY(!before.ended()); // that was the parent's
        QCOMPARE(listRun(*folder).steps, 14);
        FakeEngineScript script;
        const Finished fork = train(*readRunConfig(*folder), *folder, script, true);
        QVERIFY(fork.ended.outcome == Outcome::Completed);
        QCOMPARE(fork.run.steps(), 30);
        QCOMPARE(fork.run.evaluations().back().loss, m_finished.run.evaluations().back().loss); // to the bit
        QCOMPARE(openRun(m_run)->ticks(), m_finished.run.ticks()); // the parent is as it was
        QCOMPARE(wholeCheckpoints(m_run).size(), std::size_t{5});
    }
    void aForkKnowsItsParentAndIsAnotherRun()
    {
        const auto folder = forkRun(order(0), runs());
        QVERIFY(folder.has_value());
        const RunFamily family = readRunFamily(*folder);
        QVERIFY(family.isFork());
        QCOMPARE(family.parentIdentity, runIdentity(m_run));
        QCOMPARE(family.parentName, std::string("parent"));
        QCOMPARE(family.forkedAt, 7);
        QVERIFY(runIdentity(*folder) != runIdentity(m_run));
        FakeEngineScript script;
        train(*readRunConfig(*folder), *folder, script, true);
        QVERIFY(readRunFamily(*folder).continuedAt.empty()); // its first start continues nothing
        const auto longer = planResume(*folder, {"training.max_steps=40"});
        QVERIFY(longer.has_value());
        EventChannel channel;
        Mailbox mailbox;
        QVERIFY(Trainer(*longer, fakeFactory(script), channel, mailbox).train().has_value());
        QVERIFY((readRunFamily(*folder).continuedAt == std::vector<std::int64_t>{30}));
        QCOMPARE(readRunFamily(*folder).forkedAt, 7);
    }
    void settingsThatCameAfterTheCheckpointAreNotTheForks()
    {
        const auto longer = planResume(m_run, {"training.max_steps=40", "optimizer.learning_rate=0.5"});
        QVERIFY(longer.has_value());
        FakeEngineScript script;
        EventChannel channel;
        Mailbox mailbox;
        QVERIFY(Trainer(*longer, fakeFactory(script), channel, mailbox).train().has_value());
        QVERIFY((readRunFamily(m_run).continuedAt == std::vector<std::int64_t>{30}));
        const auto early = forkRun(order(4), runs()); // of step 30, where the settings were changed
        QVERIFY(early.has_value());
        QCOMPARE(readRunConfig(*early)->training.maxSteps, 30);
        QCOMPARE(readRunConfig(*early)->optimizer.learningRate, OptimizerConfig{}.learningRate);
        const auto late = forkRun({m_run, wholeCheckpoints(m_run).back(), "late"}, runs());
        QVERIFY(late.has_value());
        QCOMPARE(readRunConfig(*late)->optimizer.learningRate, 0.5);
    }
    void whatAKillLeavesOfAForkIsNoRun()
    {
        const auto folder = forkRun(order(1), runs());
        QVERIFY(folder.has_value());
        const fs::path checkpoint = wholeCheckpoints(*folder).back();
        QCOMPARE(fs::hard_link_count(checkpoint / "DONE"), 1U); // written by the fork, after the rest
        for (const auto& file : fs::directory_iterator(checkpoint))
            QVERIFY(placedAt(file.path()) <= placedAt(checkpoint / "DONE"));
        QVERIFY(placedAt(*folder / "run.json") >= placedAt(checkpoint / "DONE"));
        QVERIFY(placedAt(*folder / "run.json") >= placedAt(*folder / "events.jsonl"));
        for (const auto& file : fs::recursive_directory_iterator(*folder))
            QVERIFY2(!file.path().filename().string().starts_with("."), file.path().c_str());
        fs::remove(*folder / "run.json"); // as before its last move
        QCOMPARE(listRuns(runs()).size(), std::size_t{1});
    }
    void aForkHasSomethingLeftToTrain()
    {
        const auto point = forkPoint(m_finished.run, order(1).checkpoint);
        QVERIFY(point.has_value());
        QCOMPARE(point->step, 14);
        QVERIFY(!checkLength(*point, {.maxSteps = 14}));
        QVERIFY(checkLength(*point, {.maxSteps = 15}).has_value());
        const ForkPoint half{.step = 14, .samples = 100, .samplesLearned = 50};
        QVERIFY(!checkLength(half, {.maxSteps = 100, .epochs = 0.5}));
        QVERIFY(checkLength(half, {.maxSteps = 1, .epochs = 0.6}).has_value());
        QVERIFY(!forkPoint(m_finished.run, m_run / "checkpoints" / "step-00000001"));
    }
    void whatIsNoCheckpointIsRefusedAndLeavesNothing()
    {
        const auto before = listRuns(runs()).size();
        QVERIFY(!forkRun({m_run, m_run / "checkpoints" / "step-00000001", "x"}, runs()));
        fs::remove(wholeCheckpoints(m_run).front() / "DONE");
        QVERIFY(!forkRun({m_run, m_run / "checkpoints" / "step-00000007", "x"}, runs()));
        QCOMPARE(listRuns(runs()).size(), before);
    }
    void aDamagedFamilyIsNone_data()
    {
        QTest::addColumn<QByteArray>("manifest");
        for (const char* text : {"", "[", "[]", R"({"forked_from": 3, "continued_at": "x"})",
                 R"({"forked_from": {"identity": 4, "step": "a"}, "continued_at": [1.5, "b"]})"})
            QTest::addRow("%s", text) << QByteArray(text);
    }
    void aDamagedFamilyIsNone()
    {
        QFETCH(const QByteArray, manifest);
        QVERIFY(writeFileAtomically(m_run / "run.json", manifest.toStdString()));
        QVERIFY(readRunFamily(m_run) == RunFamily{});
    }

private:
    fs::path runs() const { return m_dir->path().toStdString(); }
    ForkOrder order(std::size_t checkpoint) const
    {
        return {m_run, wholeCheckpoints(m_run)[checkpoint], "branch"};
    }
    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_run{};
    Finished m_finished{};
};

QTEST_APPLESS_MAIN(ForkTest)
#include "fork_test.moc"
