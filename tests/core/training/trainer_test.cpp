// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_summary.h"
#include "tests/support/training_run.h"

#include <QTest>

#include <thread>

using namespace mantissa;

class TrainerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folders = std::make_unique<RunFolders>(); }

    void aRunGoesThroughItsPhasesAndEndsCompleted()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.steps(), 30);
        QCOMPARE(script.steps, 30);
        QVERIFY(script.probes > 0);
        QVERIFY(f.run.segments()[0].start->phase == Phase::Warmup);
        QVERIFY(f.run.segments()[2].start->phase == Phase::Predict);
        QVERIFY(f.run.segments()[3].start->phase == Phase::Correct);
        QVERIFY(f.run.casts() > 0);
        QCOMPARE(f.run.evaluations().front().step, 0);
        QCOMPARE(f.run.evaluations().back().step, 30);
    }

    void aTrialIsToldBeforeTheRunAndKeptWithIt()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(12);
        config.memory.trial = true;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.trial().has_value());
        QVERIFY(summaryOf(f.run).at("trial_by_phase").contains("full"));
        QVERIFY(!summaryOf(f.run).at("peak_by_transition").empty());
    }

    void theLogHoldsWhatTheChannelTold()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(20), m_folders->root() / "a", script);
        Run told(shortConfig(20), m_folders->root() / "a");
        for (const RunEvent& event : f.events)
            told.apply(event);
        QCOMPARE(told.ticks(), f.run.ticks());
        QCOMPARE(told.peakDeviceBytes(), f.run.peakDeviceBytes());
        QCOMPARE(told.lastLoss(), f.run.lastLoss());
    }

    void probesAreNoSteps()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_folders->root() / "a", script);
        QCOMPARE(f.run.ticks(), 30 + script.probes);
        QCOMPARE(f.run.trainedTokens(), 300);
    }

    void numbersAreMeasuredAtTheIntervalAndAllOfThemOnDemand()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(30);
        config.training.numbersInterval = 10;
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 14)
                mailbox.requestNumbers(); // seen by the next tick
        };
        const Finished f = train(config, m_folders->root() / "a", script, false, &mailbox);
        std::vector<std::pair<std::int64_t, bool>> measured;
        for (const NumbersMeasured& numbers : f.run.numbers())
            measured.emplace_back(numbers.step, numbers.isExact);
        QVERIFY((measured
            == std::vector<std::pair<std::int64_t, bool>>{{9, false}, {15, true}, {19, false}, {29, false}}));
        QCOMPARE(f.run.numbers()[1].groups.front().name, "all");
        config.training.numbersInterval = 0;
        FakeEngineScript silent;
        QVERIFY(train(config, m_folders->root() / "b", silent).run.numbers().empty());
    }

    void eventsComeInAnOrderThatReadersCanRelyOn()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(20), m_folders->root() / "a", script);
        QVERIFY(std::holds_alternative<RunStarted>(f.events.front()));
        QVERIFY(std::holds_alternative<RunEnded>(f.events.back()));
        std::int64_t tick = 0;
        bool inSegment = false;
        for (const RunEvent& event : f.events) {
            if (const auto* segment = std::get_if<SegmentStarted>(&event)) {
                QCOMPARE(segment->tick, tick);
                inSegment = true;
            } else if (const auto* step = std::get_if<StepDone>(&event)) {
                QVERIFY(inSegment);
                QCOMPARE(step->tick, tick++);
            } else if (const auto* probe = std::get_if<ProbeDone>(&event)) {
                QCOMPARE(probe->tick, tick++);
            } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
                QVERIFY(inSegment); // its memory counts to a phase
                QCOMPARE(evaluated->tick, tick);
            }
        }
    }

    void pausingHoldsTheRunUntilItGoesOn()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        std::jthread resumer;
        script.beforeStep = [&](std::int64_t step) {
            if (step != 4)
                return;
            mailbox.setPaused(true);
            resumer = std::jthread([&] { mailbox.setPaused(false); });
        };
        const Finished f = train(shortConfig(10), m_folders->root() / "a", script, false, &mailbox);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.steps(), 10);
    }

    void anEngineThatCannotStartIsToldToCallerAndLog()
    {
        QVERIFY(createRunFolderAt(m_folders->root() / "a", shortConfig(5)).has_value());
        EventChannel channel;
        Mailbox mailbox;
        Trainer trainer(
            {shortConfig(5), m_folders->root() / "a", false},
            [](const EngineSetup&) -> Result<EngineParts> {
                return fail("no such device; use cpu", ExitCode::Usage);
            },
            channel, mailbox);
        const auto ended = trainer.train();
        QVERIFY(!ended);
        QVERIFY(ended.error().code == ExitCode::Usage);
        const auto run = openRun(m_folders->root() / "a");
        QVERIFY(run && run->ended() && run->ended()->outcome == Outcome::Failed);
        QCOMPARE(run->ended()->message, ended.error().message);
    }

    void anFp16OverflowSkipsTheUpdateHalvesTheScaleAndTriesTheStepAgain()
    {
        RunConfig config = shortConfig(6);
        config.phases = {.schedule = PhaseSchedule::Fixed, .segments = {{Phase::Full, 6}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Fp16});
        FakeEngineScript script;
        script.overflowsPerStep = 1;
        const Finished f = train(config, m_folders->root() / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.skippedSteps(), 6);
        QCOMPARE(f.run.columns().lossScale.at(0), 65536.0F);
        QCOMPARE(f.run.columns().lossScale.at(1), 32768.0F);
    }

    void endlessOverflowsAreGivenUpAsDiverged()
    {
        RunConfig config = shortConfig(6);
        config.phases = {.schedule = PhaseSchedule::Fixed, .segments = {{Phase::Full, 6}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Fp16});
        FakeEngineScript script;
        script.overflowsPerStep = 1000;
        QVERIFY(train(config, m_folders->root() / "a", script).ended.outcome == Outcome::Diverged);
    }

    void stopEvaluatesOnceMoreAndInterruptDoesNot()
    {
        for (const StopRequest request : {StopRequest::Stop, StopRequest::Interrupt}) {
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == 12)
                    mailbox.requestStop(request);
            };
            const auto folder = m_folders->root() / (request == StopRequest::Stop ? "stop" : "interrupt");
            const Finished f = train(shortConfig(30), folder, script, false, &mailbox);
            QCOMPARE(f.run.evaluations().back().step, request == StopRequest::Stop ? 13 : 10);
            QVERIFY(
                f.ended.outcome == (request == StopRequest::Stop ? Outcome::Stopped : Outcome::Interrupted));
        }
    }

    void aFolderThatAnotherWritesIsRefused()
    {
        QVERIFY(createRunFolderAt(m_folders->root() / "a", shortConfig(5)).has_value());
        const auto held = RunLock::take(m_folders->root() / "a");
        QVERIFY(held.has_value());
        FakeEngineScript script;
        EventChannel channel;
        Mailbox mailbox;
        Trainer trainer(
            {shortConfig(5), m_folders->root() / "a", false}, fakeFactory(script), channel, mailbox);
        const auto ended = trainer.train();
        QVERIFY(!ended);
        QVERIFY(ended.error().message.find("another process") != std::string::npos);
    }

    void theSummaryHasThePromisedKeys()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_folders->root() / "a", script);
        const auto summary = readJsonFile(m_folders->root() / "a/summary.json");
        QVERIFY(summary.has_value());
        for (const char* key : {"outcome", "run_dir", "steps", "trained_tokens", "final_loss", "eval_loss",
                 "eval_accuracy", "tokens_per_second", "seconds", "peak_device_bytes", "peak_host_bytes",
                 "peak_disk_bytes", "peak_rss_bytes", "peak_by_phase", "estimate_by_phase", "trial_by_phase",
                 "casts", "cast_seconds", "cast_mismatches", "moves", "skipped_steps", "loss_scale",
                 "rollbacks", "device", "budget_bytes"})
            QVERIFY2(summary->contains(key), key);
        std::int64_t sum = 0;
        for (const auto& [name, bytes] : (*summary)["peak_by_phase"]["full"]["by_class"].items())
            sum += bytes.get<std::int64_t>();
        QCOMPARE(sum, (*summary)["peak_by_phase"]["full"]["device_bytes"].get<std::int64_t>());
    }

private:
    std::unique_ptr<RunFolders> m_folders;
};

QTEST_APPLESS_MAIN(TrainerTest)
#include "trainer_test.moc"
