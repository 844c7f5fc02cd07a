// SPDX-License-Identifier: Apache-2.0
// How a run ends when somebody interferes: a signal while it evaluates, a folder that is moved or removed, a
// last checkpoint that is gone.

#include "core/training/resume.h"
#include "tests/support/training_run.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace fs = std::filesystem;

class TrainerEndTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void anInterruptedEvaluationIsMadeUpForOnResume_data()
    {
        QTest::addColumn<int>("evaluation"); // 0: before the first step
        for (int i = 0; i < 5; ++i)
            QTest::addRow("evaluation %d", i) << i;
    }
    void anInterruptedEvaluationIsMadeUpForOnResume()
    {
        QFETCH(int, evaluation);
        FakeEngineScript calm;
        const Finished whole = train(shortConfig(40), m_folders->root() / "whole", calm);
        const auto folder = m_folders->root() / "cut";
        Mailbox mailbox;
        FakeEngineScript script;
        int seen = 0;
        script.inEvaluation = [&] {
            if (seen++ == evaluation)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        const Finished cut = train(shortConfig(40), folder, script, false, &mailbox);
        QVERIFY(cut.ended.outcome == Outcome::Interrupted);
        QCOMPARE(cut.run.evaluations().size(), static_cast<std::size_t>(evaluation));
        script.inEvaluation = nullptr;
        const Finished rest = train(shortConfig(40), folder, script, true);
        QVERIFY(rest.ended.outcome == Outcome::Completed);
        QCOMPARE(rest.run.evaluations().size(), whole.run.evaluations().size());
        for (std::size_t i = 0; i < whole.run.evaluations().size(); ++i) {
            QCOMPARE(rest.run.evaluations()[i].step, whole.run.evaluations()[i].step);
            QCOMPARE(rest.run.evaluations()[i].loss, whole.run.evaluations()[i].loss);
        }
        QCOMPARE(weightIn(folder), weightIn(m_folders->root() / "whole"));
    }
    void aStoppedRunThatIsGoneOnWithIsCutOffWhereItIsKilled()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 13)
                mailbox.requestStop(StopRequest::Stop);
        };
        const auto folder = m_folders->root() / "run";
        train(shortConfig(40), folder, script, false, &mailbox);
        const auto said
            = [&] { return readJsonFile(folder / "summary.json")->at("outcome").get<std::string>(); };
        QCOMPARE(said(), std::string("stopped"));
        std::string inMidRun;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 20)
                inMidRun = said(); // what a reader finds once the process is gone
        };
        train(shortConfig(40), folder, script, true);
        QCOMPARE(inMidRun, std::string("interrupted"));
        QCOMPARE(said(), std::string("completed"));
    }
    void aStopStillEvaluates()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 13)
                mailbox.requestStop(StopRequest::Stop);
        };
        const Finished stopped = train(shortConfig(40), m_folders->root() / "run", script, false, &mailbox);
        QVERIFY(stopped.ended.outcome == Outcome::Stopped);
        QCOMPARE(stopped.run.evaluations().back().step, 14);
    }
    void aStopBeforeThereIsAnEngineIsAnswered()
    {
        const auto folder = m_folders->root() / "run";
        QVERIFY(createRunFolderAt(folder, shortConfig(9)).has_value());
        EventChannel channel;
        Mailbox mailbox;
        mailbox.requestStop(StopRequest::Stop);
        int looks = 0;
        const auto ended = Trainer(
            {shortConfig(9), folder},
            [&](const EngineSetup& setup) -> Result<EngineParts> {
                looks += setup.isInterrupted && setup.isInterrupted();
                return fail("interrupted", ExitCode::Interrupted);
            },
            channel, mailbox)
                               .train();
        QVERIFY(!ended.has_value() && ended.error().code == ExitCode::Interrupted);
        QCOMPARE(looks, 1);
        QVERIFY(openRun(folder)->ended()->outcome == Outcome::Interrupted);
        FakeEngineScript script;
        const Finished rest = train(shortConfig(9), folder, script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
    }

    void aFolderThatIsMovedIsFollowed()
    {
        const auto folder = m_folders->root() / "run";
        const auto moved = m_folders->root() / "moved";
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 9)
                fs::rename(folder, moved);
        };
        QVERIFY(createRunFolderAt(folder, shortConfig(20)).has_value());
        EventChannel channel;
        Mailbox mailbox;
        const auto ended = Trainer({shortConfig(20), folder}, fakeFactory(script), channel, mailbox).train();
        QVERIFY2(ended.has_value(), ended ? "" : ended.error().message.c_str());
        QVERIFY2(ended->outcome == Outcome::Completed, ended->message.c_str());
        QVERIFY(!fs::exists(folder));
        const Run run = *openRun(moved);
        QCOMPARE(run.steps(), 20);
        QVERIFY(std::ranges::any_of(run.notices(),
            [](const Notice& notice) { return notice.text.find("was moved from") != std::string::npos; }));
        QCOMPARE(newestCheckpoint(moved)->filename().string(), checkpointName(20));
        QVERIFY(fs::exists(moved / "summary.json"));
    }
    void aFolderThatIsRemovedEndsTheRunInASentence()
    {
        const auto folder = m_folders->root() / "run";
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 9)
                fs::remove_all(folder);
        };
        QVERIFY(createRunFolderAt(folder, shortConfig(20)).has_value());
        EventChannel channel;
        Mailbox mailbox;
        const auto ended = Trainer({shortConfig(20), folder}, fakeFactory(script), channel, mailbox).train();
        QVERIFY(ended.has_value() && ended->outcome == Outcome::Failed);
        QVERIFY(ended->message.find("was removed while it trained") != std::string::npos);
        QVERIFY(!fs::exists(folder));
    }
    void aRunWithoutItsLastCheckpointIsNotComplete()
    {
        const auto folder = m_folders->root() / "run";
        FakeEngineScript script;
        const Finished whole = train(shortConfig(20), folder, script);
        const std::string weight = weightIn(folder);
        QVERIFY(listRun(folder).state == RunState::Completed);
        fs::remove_all(folder / "checkpoints" / checkpointName(20));
        QVERIFY(listRun(folder).state == RunState::Interrupted);
        QVERIFY(train(shortConfig(20), folder, script, true).ended.outcome == Outcome::Completed);
        QCOMPARE(weightIn(folder), weight);
        QVERIFY(listRun(folder).state == RunState::Completed);
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerEndTest)
#include "trainer_end_test.moc"
