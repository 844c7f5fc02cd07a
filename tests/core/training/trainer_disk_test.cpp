// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

using namespace mantissa;

namespace {

/// Without the socket that its trainer has open, which is no file to copy.
void copyRun(const std::filesystem::path& from, const std::filesystem::path& to)
{
    namespace fs = std::filesystem;
    fs::create_directories(to);
    for (const auto& entry : fs::recursive_directory_iterator(from))
        if (entry.is_directory())
            fs::create_directories(to / fs::relative(entry.path(), from));
        else if (entry.is_regular_file())
            fs::copy_file(entry.path(), to / fs::relative(entry.path(), from));
}

} // namespace

class TrainerDiskTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void withStatesOnDiskNoCheckpointIsWrittenBeforeTheEnd()
    {
        FakeEngineScript script;
        std::int64_t checkpointsSeen = 0;
        script.afterCommit
            = [&](std::int64_t) { checkpointsSeen += newestCheckpoint(m_folders->root() / "a").has_value(); };
        const Finished f = train(diskConfig(30), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(checkpointsSeen, 0);
        QVERIFY(newestCheckpoint(m_folders->root() / "a"));
        QVERIFY(!std::filesystem::exists(m_folders->root() / "a" / "states.json"));
        QVERIFY(!std::filesystem::exists(m_folders->root() / "a" / "states"));
    }

    void statesOnDiskAreGoneOnWithFromAnyMomentOfAKill()
    {
        FakeEngineScript script;
        const auto take = [&](std::int64_t step, const char* name) {
            if (step == 12) // as a killed process leaves it
                copyRun(m_folders->root() / "a", m_folders->root() / name);
        };
        script.beforeStep = [&](std::int64_t step) { take(step, "before"); };
        script.afterCommit = [&](std::int64_t step) { take(step, "after"); };
        train(diskConfig(30), m_folders->root() / "a", script);
        for (const char* name : {"before", "after"}) {
            FakeEngineScript quiet;
            const Finished f = train(diskConfig(30), m_folders->root() / name, quiet, true);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(quiet.steps, 18);
            QCOMPARE(weightIn(m_folders->root() / name), weightIn(m_folders->root() / "a"));
            QCOMPARE(f.run.steps(), 30);
        }
    }

    void anInterruptedRunWithStatesOnDiskIsGoneOnWithAndAStopThereWaitsForTheStep()
    {
        FakeEngineScript script;
        train(diskConfig(30), m_folders->root() / "whole", script);
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        const Finished first = train(diskConfig(30), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(first.ended.outcome == Outcome::Interrupted);
        QVERIFY(!newestCheckpoint(m_folders->root() / "a"));
        FakeEngineScript quiet;
        Mailbox impatient;
        impatient.requestStop(StopRequest::Interrupt);
        train(diskConfig(30), m_folders->root() / "a", quiet, true, &impatient);
        QCOMPARE(quiet.steps, 1);
        const Finished last = train(diskConfig(30), m_folders->root() / "a", quiet, true);
        QVERIFY2(last.ended.outcome == Outcome::Completed, last.ended.message.c_str());
        QCOMPARE(weightIn(m_folders->root() / "a"), weightIn(m_folders->root() / "whole"));
    }

    void aTableThatTakesStatesOffDiskWritesACheckpointFirst()
    {
        FakeEngineScript script;
        Mailbox mailbox;
        bool wasThere = false;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.setTable(diskConfig(30).choices.table.with(Phase::Full, {.weights = Tier::Host}),
                    diskConfig(30).choices.table);
            if (step == 13)
                wasThere = newestCheckpoint(m_folders->root() / "a").has_value()
                    && !std::filesystem::exists(m_folders->root() / "a" / "states.json");
        };
        train(diskConfig(30), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(wasThere);
    }

    void statesThatSomebodyRemovesBecomeACheckpoint()
    {
        FakeEngineScript script;
        train(diskConfig(30), m_folders->root() / "whole", script);
        const Finished f = [&] {
            FakeEngineScript removing;
            removing.afterCommit = [&](std::int64_t step) {
                if (step == 12)
                    std::filesystem::remove(m_folders->root() / "a" / "states");
            };
            return train(diskConfig(30), m_folders->root() / "a", removing);
        }();
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QVERIFY2(QString::fromStdString(f.ended.message).contains("was removed while the run used it"),
            f.ended.message.c_str());
        QCOMPARE(f.ended.step, 13);
        const Finished rest = train(diskConfig(30), m_folders->root() / "a", script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
        QCOMPARE(weightIn(m_folders->root() / "a"), weightIn(m_folders->root() / "whole"));
    }

    void statesThatAreGoneAreSaid()
    {
        FakeEngineScript script;
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        train(diskConfig(30), m_folders->root() / "a", script, false, &mailbox);
        std::filesystem::remove(m_folders->root() / "a" / "states");
        const Finished f = train(diskConfig(30), m_folders->root() / "a", script, true);
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QVERIFY2(
            f.ended.message.find("which is gone; put it back, or remove states.json") != std::string::npos,
            f.ended.message.c_str());
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerDiskTest)
#include "trainer_disk_test.moc"
