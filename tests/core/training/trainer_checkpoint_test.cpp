// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

bool sameOrBothNan(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

} // namespace

class TrainerCheckpointTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void resumingGivesTheWeightOfTheUninterruptedRun()
    {
        FakeEngineScript whole;
        train(shortConfig(40), m_folders->root() / "whole", whole);
        for (const std::int64_t stopAt : {3, 9, 17, 25, 38}) {
            const auto folder = m_folders->root() / ("cut" + std::to_string(stopAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == stopAt)
                    mailbox.requestStop(StopRequest::Interrupt);
            };
            QVERIFY(train(shortConfig(40), folder, script, false, &mailbox).ended.outcome
                == Outcome::Interrupted);
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(40), folder, script, true);
            QVERIFY(rest.ended.outcome == Outcome::Completed);
            QCOMPARE(rest.run.steps(), 40);
            QCOMPARE(weightIn(folder), weightIn(m_folders->root() / "whole"));
        }
    }

    void resumingGivesTheRowsOfTheUninterruptedRun()
    {
        FakeEngineScript whole;
        const Finished reference = train(shortConfig(40), m_folders->root() / "whole", whole);
        for (std::int64_t stopAt = 0; stopAt < 39; ++stopAt) {
            const auto folder = m_folders->root() / ("cut" + std::to_string(stopAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == stopAt)
                    mailbox.requestStop(StopRequest::Interrupt);
            };
            train(shortConfig(40), folder, script, false, &mailbox);
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(40), folder, script, true);
            const Run& a = reference.run;
            const Run& b = rest.run;
            QCOMPARE(b.ticks(), a.ticks());
            for (std::int64_t tick = 0; tick < a.ticks(); ++tick) {
                QVERIFY(sameOrBothNan(b.columns().loss.at(tick), a.columns().loss.at(tick)));
                QVERIFY(sameOrBothNan(b.columns().learningRate.at(tick), a.columns().learningRate.at(tick)));
                QVERIFY(sameOrBothNan(b.columns().readoutGain.at(tick), a.columns().readoutGain.at(tick)));
                QVERIFY(b.segmentAt(tick)->start->phase == a.segmentAt(tick)->start->phase);
                QVERIFY(b.segmentAt(tick)->start->plan == a.segmentAt(tick)->start->plan);
            }
            QCOMPARE(b.predictions().size(), a.predictions().size());
            for (std::size_t i = 0; i < a.predictions().size(); ++i)
                QCOMPARE(b.predictions()[i].confidence, a.predictions()[i].confidence);
            QCOMPARE(b.evaluations().size(), a.evaluations().size());
            for (std::size_t i = 0; i < a.evaluations().size(); ++i) {
                QCOMPARE(b.evaluations()[i].step, a.evaluations()[i].step);
                QCOMPARE(b.evaluations()[i].loss, a.evaluations()[i].loss);
            }
        }
    }

    void aSnapshotIsACheckpointAtTheNextTick()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.requestSnapshot();
        };
        const Finished f = train(shortConfig(5), m_folders->root() / "a", script, false, &mailbox);
        QCOMPARE(f.run.checkpoints().front().step, 3);
    }

    void aCheckpointIsWrittenByTimeToo()
    {
        const auto checkpoints = [&](double minutes, const char* name) {
            FakeEngineScript script;
            RunConfig config = shortConfig(5);
            config.training.saveInterval = 0;
            config.training.saveMinutes = minutes;
            const Finished f = train(config, m_folders->root() / name, script);
            return std::count_if(f.events.begin(), f.events.end(),
                [](const RunEvent& event) { return std::holds_alternative<CheckpointSaved>(event); });
        };
        const auto seldom = checkpoints(1e6, "seldom");
        QCOMPARE(checkpoints(0, "never"), seldom);
        QCOMPARE(checkpoints(1e-9, "always"), seldom + 4); // each step but the last, which is saved anyway
    }
    void aCheckpointWithADamagedStateIsRefusedInWords()
    {
        FakeEngineScript script;
        for (const char* text : {"{", "[]", "{}", R"({"global_step": "x"})"}) {
            const auto folder = m_folders->root() / ("damaged" + std::to_string(script.steps));
            train(shortConfig(8), folder, script);
            QVERIFY(writeFileAtomically(*newestCheckpoint(folder) / "trainer_state.json", text));
            const Finished rest = train(shortConfig(12), folder, script, true);
            QVERIFY(rest.ended.outcome == Outcome::Failed);
            QVERIFY(!rest.ended.message.empty());
        }
    }

    void aRunThatDiedWithoutAWordGoesOnFromItsCheckpoint()
    {
        FakeEngineScript whole;
        const Finished reference = train(shortConfig(40), m_folders->root() / "whole", whole);
        // as after kill -9: checkpoints up to step 35 and a torn log, no end
        FakeEngineScript script;
        train(shortConfig(40), m_folders->root() / "cut", script);
        std::filesystem::remove_all(*newestCheckpoint(m_folders->root() / "cut"));
        std::filesystem::remove(m_folders->root() / "cut/summary.json");
        auto log = *readFile(m_folders->root() / "cut/events.jsonl");
        QVERIFY(writeFileAtomically(m_folders->root() / "cut/events.jsonl", log.substr(0, log.size() - 300)));
        const Finished rest = train(shortConfig(40), m_folders->root() / "cut", script, true);
        QCOMPARE(rest.run.ticks(), reference.run.ticks());
        QCOMPARE(weightIn(m_folders->root() / "cut"), weightIn(m_folders->root() / "whole"));
        QCOMPARE(rest.run.segments().size() >= reference.run.segments().size(), true);
    }

    void aCheckpointThatFailsInMidRunIsToldAndAtTheEndFails()
    {
        FakeEngineScript script;
        script.failSave = true;
        const Finished f = train(shortConfig(10), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QCOMPARE(f.run.steps(), 10);
        QVERIFY(f.run.notices().front().severity == Severity::Critical);
    }

    void aSnapshotThatFailsIsToldAndTheRunGoesOn()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.requestSnapshot();
            script.failSave = step == 2;
        };
        const Finished f = train(shortConfig(5), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(f.noticesWith("no checkpoint was written"), 1);
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerCheckpointTest)
#include "trainer_checkpoint_test.moc"
