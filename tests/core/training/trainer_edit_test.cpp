// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

#include <algorithm>

using namespace mantissa;

class TrainerEditTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void aTableEditedInMidRunBeginsASegment()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        const PrecisionTable edited = PrecisionTable{}.with(Phase::Warmup, {.compute = Precision::Bf16});
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.setTable(edited, PrecisionTable{});
        };
        const Finished f = train(shortConfig(10), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(f.run.table() == edited);
        QCOMPARE(f.run.segments()[1].tick, 3);
        QCOMPARE(f.run.segments()[1].start->reason, std::string("table edited"));
        QVERIFY(f.run.segments()[1].start->plan.compute == Precision::Bf16);
        QVERIFY(std::ranges::any_of(f.run.notices(),
            [](const Notice& n) { return n.text == "table edited: precision.phases.warmup.compute=bf16"; }));
    }

    void aTableThatCannotRunIsRefusedWithAWord()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        mailbox.setTable(PrecisionTable{}.with(Phase::Full, {.weights = Tier::Disk}), PrecisionTable{});
        const Finished f = train(shortConfig(10), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.table() == PrecisionTable{});
        QVERIFY(!f.run.notices().empty() && f.run.notices().front().severity == Severity::Warning);
    }

    void anEditKeptInACheckpointHoldsAfterResuming()
    {
        const PrecisionTable edited = PrecisionTable{}.withDefault(Precision::Fp16).withAuto(false);
        for (const std::int64_t editAt : {3, 8}) { // before and after the checkpoint at step 7
            const auto folder = m_folders->root() / ("edit" + std::to_string(editAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == editAt)
                    mailbox.setTable(edited, PrecisionTable{});
            };
            train(shortConfig(12), folder, script, false, &mailbox);
            std::filesystem::remove_all(*newestCheckpoint(folder)); // as if killed after step 7
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(12), folder, script, true);
            const bool kept = editAt == 3;
            QVERIFY(rest.run.table() == (kept ? edited : PrecisionTable{}));
            QVERIFY(rest.run.segmentAt(rest.run.ticks() - 1)->start->plan
                == rest.run.table().resolve(rest.run.segmentAt(rest.run.ticks() - 1)->start->phase));
        }
    }

    void anEditAfterTheLadderClimbedKeepsWhatTheLadderMoved()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.failStepOutOfMemory = 3;
        script.failingSteps = 2; // so that one rung is taken
        script.beforeStep = [&](std::int64_t step) {
            if (step == 8)
                mailbox.setTable(
                    PrecisionTable{}.with(Phase::Full, {.compute = Precision::Bf16}), PrecisionTable{});
        };
        const Finished f = train(shortConfig(12), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        const PhasePlan& full = f.run.table().at(Phase::Full);
        QVERIFY(full.activations == ActivationPolicy::Recompute);
        QVERIFY(full.compute == Precision::Bf16);
    }

    void anEditThatIsRefusedOrChangesNothingIsAnsweredByTheTableInForce()
    {
        const PrecisionTable refused = PrecisionTable{}.with(Phase::Full, {.weights = Tier::Disk});
        for (const PrecisionTable& table : {refused, PrecisionTable{}}) {
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == 3)
                    mailbox.setTable(table, PrecisionTable{});
            };
            const auto folder = m_folders->root() / (table == refused ? "refused" : "same");
            const Finished f = train(shortConfig(8), folder, script, false, &mailbox);
            const auto told = std::ranges::find_if(
                f.events, [](const RunEvent& event) { return std::holds_alternative<TableChanged>(event); });
            QVERIFY(told != f.events.end());
            QVERIFY(std::get<TableChanged>(*told).table == PrecisionTable{});
            QCOMPARE(std::get<TableChanged>(*told).tick, 4);
            const auto* notice = std::get_if<Notice>(&*std::prev(told));
            QCOMPARE(notice && notice->severity == Severity::Warning, table == refused);
            QCOMPARE(std::ranges::count_if(f.events,
                         [](const RunEvent& event) { return std::holds_alternative<TableChanged>(event); }),
                1);
        }
    }

    void anEditMadeBeforeTheLastOneWasSeenGoesOnFromThere()
    {
        const PrecisionTable seen{};
        const PrecisionTable first
            = seen.with(Phase::Full, {.compute = Precision::Bf16, .moments = Tier::Host});
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.setTable(first, seen);
            if (step == 4) // takes the format back, and still knows the old table alone
                mailbox.setTable(seen.with(Phase::Full, {.moments = Tier::Host}), seen);
        };
        const Finished f = train(shortConfig(12), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(f.run.table() == seen.with(Phase::Full, {.moments = Tier::Host}));
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerEditTest)
#include "trainer_edit_test.moc"
